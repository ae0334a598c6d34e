"""The databases and database users in the settings."""

from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import SecretStr

from techmarket.db.engines import Databases, source_admin_engine, source_engine, warehouse_engine
from techmarket.errors import ConfigurationError
from techmarket.settings import Settings


def databases(settings: Settings) -> Databases:
    """Both ends of a load.

    Raises:
        ConfigurationError: an address is missing or wrong.
    """
    return Databases(source(settings), warehouse(settings))


def source(settings: Settings) -> sa.Engine:
    """As the pipeline's reading user.

    Raises:
        ConfigurationError: TECHMARKET_OLTP_URL is missing or wrong.
    """
    return source_engine(_required(settings.oltp_url, "TECHMARKET_OLTP_URL"), settings)


def source_admin(settings: Settings) -> sa.Engine:
    """As a user who may create tables and users.

    Raises:
        ConfigurationError: TECHMARKET_OLTP_ADMIN_URL is missing or wrong.
    """
    return source_admin_engine(_required(settings.oltp_admin_url, "TECHMARKET_OLTP_ADMIN_URL"), settings)


def warehouse(settings: Settings) -> sa.Engine:
    """As the owner of ``stg`` and ``dwh``.

    Raises:
        ConfigurationError: TECHMARKET_DWH_URL is missing or wrong.
    """
    return warehouse_engine(_required(settings.dwh_url, "TECHMARKET_DWH_URL"), settings)


def warehouse_admin(settings: Settings) -> sa.Engine:
    """As a user who may create roles; by default the owner, which suffices once the roles exist.

    Raises:
        ConfigurationError: both addresses are missing, or one is wrong.
    """
    return warehouse_engine(_required(settings.dwh_admin_url or settings.dwh_url, "TECHMARKET_DWH_ADMIN_URL"), settings)


def _required(url: SecretStr | None, variable: str) -> str:
    if url is None:
        msg = f"{variable} is not set. Next: set it in the environment or in .env (see .env.example)."
        raise ConfigurationError(msg)
    return url.get_secret_value()


@dataclass(frozen=True, slots=True)
class Login:
    """A user that set-up creates for loads."""

    user: str
    password: SecretStr


def source_reader(settings: Settings) -> Login:
    """The reading user, which seeding creates.

    Raises:
        ConfigurationError: TECHMARKET_OLTP_URL is missing, lacks user or password, or names the administrator.
    """
    url = source(settings).url
    if not url.username or not url.password or url.username == source_admin(settings).url.username:
        msg = "TECHMARKET_OLTP_URL must name the reading user and the password it is to get, not the administrator. Next: see .env.example."
        raise ConfigurationError(msg)
    return Login(url.username, SecretStr(url.password))


def etl_password(settings: Settings) -> SecretStr | None:
    """For bootstrap to set; None if techmarket_etl does not load."""
    url = warehouse(settings).url
    return SecretStr(url.password) if url.username == "techmarket_etl" and url.password else None
