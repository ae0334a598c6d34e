"""All settings, each described once. Values come from ``TECHMARKET_*`` variables or from ``.env``; nothing else reads the environment."""

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
    extract_dir: Path = Field(Path(".local/extracts"), description="Where sealed extracts are kept; shared storage if workers are several")
    extracts_kept: int = Field(3, ge=1, description="How many sealed extracts are kept; older ones are removed after a release")
    dask_scheduler: str | None = Field(
        None,
        description="Scheduler of the Dask cluster on which flows extract and stage, such as tcp://scheduler:8786; without: none",
    )
    data_docs_dir: Path = Field(Path(".local/data-docs"), description="Where the Data Docs site is written")
    data_docs_url: str | None = Field(None, description="Address under which the Data Docs site is served, for links in artifacts")

    alert_webhook_url: SecretStr | None = Field(
        None, description='Address to which alerts are sent, as JSON {"text": ...}; bootstrap makes a notification block of it'
    )
    alert_block: str | None = Field(
        None, description="Notification block of Prefect's that sends the alerts instead, as type/name, such as slack-webhook/data-team"
    )
    stale_after: timedelta = Field(
        timedelta(hours=26), gt=timedelta(0), description="How long after the last completed load the warehouse counts as stale"
    )

    watermark_overlap: timedelta = Field(
        timedelta(minutes=5), ge=timedelta(0), description="How far below its watermark an incremental extract begins"
    )
    watermark_overlap_without_process: timedelta = Field(
        timedelta(hours=1),
        ge=timedelta(0),
        description="How far the watermark stays behind the source's clock where open transactions cannot be seen, for want of PROCESS",
    )
    source_connections: int = Field(
        1, ge=1, le=16, description="Connections over which tables are read whole at once, all of one instant; full loads gain by them"
    )
    staging_connections: int = Field(
        2,
        ge=1,
        le=16,
        description="Connections over which files of an extract are copied into the warehouse at once; more gain where it has more cores",
    )
    page_rows: int = Field(10_000, ge=1, description="Rows that one extract statement renders; halved by itself where they do not fit")
    part_bytes: int = Field(16 * 2**20, ge=2**16, description="Size in bytes at which an extract file is closed and handed to COPY")

    max_reject_share: float = Field(0.05, ge=0, le=1, description="Share of a table's rows that may be rejected before the load is blocked")
    max_delete_share: float = Field(
        0.01, ge=0, le=1, description="Share of a warehouse table that one load may remove or mark deleted before it is refused"
    )

    connect_timeout: timedelta = Field(timedelta(seconds=10), gt=timedelta(0), description="Longest wait for a connection")
    statement_timeout: timedelta = Field(
        timedelta(minutes=30),
        gt=timedelta(0),
        description="Longest run of one statement, on either side; a server that is silent for connect_timeout more counts as stopped",
    )
    window_wait: timedelta = Field(
        timedelta(hours=1), ge=timedelta(0), description="Longest wait of a backfill's window, once it is read, for its turn to be loaded"
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
        ConfigurationError: a value cannot be used; the message names the variable, never its value.
    """
    try:
        return Settings()
    except ValidationError as exc:
        problems = "; ".join(f"TECHMARKET_{str(e['loc'][0]).upper()}: {e['msg']}" for e in exc.errors(include_input=False))
        msg = f"Settings cannot be used: {problems}. Correct them in the environment or in .env (see .env.example)."
        raise ConfigurationError(msg) from None
