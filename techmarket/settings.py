"""All settings, from ``TECHMARKET_*`` variables or ``.env``; nothing else reads the environment."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from techmarket.errors import ConfigurationError


class Settings(BaseSettings):
    """Settings of the pipeline, for local runs and workers alike."""

    model_config = SettingsConfigDict(env_prefix="TECHMARKET_", env_file=".env", extra="ignore", frozen=True)

    oltp_url: SecretStr | None = Field(
        None, description="Order system, read-only user: mysql+pymysql://techmarket_reader:...@host:3306/techmarket"
    )
    dwh_url: SecretStr | None = Field(
        None, description="Warehouse, owner of stg and dwh: postgresql+psycopg2://techmarket_etl:...@host:5432/techmarket"
    )
    oltp_admin_url: SecretStr | None = Field(
        None, description="Order system, a user that may create the schema and users; only `techmarket seed` uses it"
    )
    dwh_admin_url: SecretStr | None = Field(
        None, description="Warehouse, a user that may create roles; only `techmarket bootstrap` uses it (default: dwh_url)"
    )
    bi_password: SecretStr | None = Field(None, description="Password that bootstrap gives to the role techmarket_bi")

    business_time_zone: str = Field("Europe/Kyiv", description="Time zone of the source's DATETIME columns and of the calendar")
    extract_dir: Path = Field(Path(".local/extracts"), description="Directory of sealed extracts; shared storage for several workers")
    extracts_kept: int = Field(3, ge=1, description="Number of sealed extracts to keep; a release removes older ones")
    dask_scheduler: str | None = Field(
        None,
        description="Scheduler of a Dask cluster for extract and staging in flows, such as tcp://scheduler:8786; default: none",
    )
    data_docs_dir: Path = Field(Path(".local/data-docs"), description="Directory of the Data Docs site")
    data_docs_url: str | None = Field(None, description="Public address of the Data Docs site, for links in artifacts")

    alert_webhook_url: SecretStr | None = Field(
        None, description='Address that receives alerts as JSON {"text": ...}; bootstrap creates a notification block for it'
    )
    alert_block: str | None = Field(
        None, description="Prefect notification block that sends the alerts instead, as type/name, such as slack-webhook/data-team"
    )
    stale_after: timedelta = Field(
        timedelta(hours=26), gt=timedelta(0), description="Time after the last completed load when the warehouse counts as stale"
    )

    watermark_overlap: timedelta = Field(
        timedelta(minutes=5), ge=timedelta(0), description="How far before its watermark an incremental extract begins"
    )
    watermark_overlap_without_process: timedelta = Field(
        timedelta(hours=1),
        ge=timedelta(0),
        description="How far the watermark stays behind the source's clock if the user lacks PROCESS and cannot see open transactions",
    )
    source_connections: int = Field(
        1, ge=1, le=16, description="Parallel connections for reading whole tables at one instant; speeds up full loads"
    )
    staging_connections: int = Field(
        2,
        ge=1,
        le=16,
        description="Parallel connections for copying extract files into the warehouse; more are useful with more than two cores",
    )
    page_rows: int = Field(10_000, ge=1, description="Rows of one extract statement; halved automatically if they do not fit")
    part_bytes: int = Field(16 * 2**20, ge=2**16, description="Size in bytes at which an extract file is closed and handed to COPY")

    max_reject_share: float = Field(0.05, ge=0, le=1, description="Share of a table's rows above which rejects block the load")
    max_delete_share: float = Field(
        0.01, ge=0, le=1, description="Share of a warehouse table that one load may remove or mark deleted; above it the load is refused"
    )

    connect_timeout: timedelta = Field(timedelta(seconds=10), gt=timedelta(0), description="Longest wait for a connection")
    statement_timeout: timedelta = Field(
        timedelta(minutes=30),
        gt=timedelta(0),
        description="Longest run of one statement, on either side; after connect_timeout more, a silent server counts as stopped",
    )
    window_wait: timedelta = Field(
        timedelta(hours=1), ge=timedelta(0), description="Longest wait of a backfill's window between its extract and its turn to load"
    )
    lock_timeout: timedelta = Field(timedelta(seconds=30), gt=timedelta(0), description="Longest wait for a lock in the warehouse")

    @field_validator("business_time_zone")
    @classmethod
    def _known_time_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as exc:
            msg = f"{name!r} is not a time zone of the IANA database; write one such as Europe/Kyiv"
            raise ValueError(msg) from exc
        return name


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Read the settings once a process.

    Raises:
        ConfigurationError: a value is invalid; the message names the variable, not its value.
    """
    try:
        return Settings()
    except ValidationError as exc:
        problems = "; ".join(f"TECHMARKET_{str(e['loc'][0]).upper()}: {e['msg']}" for e in exc.errors(include_input=False))
        msg = f"Settings cannot be used: {problems}. Correct them in the environment or in .env (see .env.example)."
        raise ConfigurationError(msg) from None
