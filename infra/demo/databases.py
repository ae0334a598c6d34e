"""The demo's databases and settings."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from techmarket.seed import READER, create_reader, create_schema

_DATABASE = "techmarket"


@dataclass(frozen=True, slots=True)
class DemoDatabases:
    """Addresses of both databases; ``*_admin`` for superusers."""

    oltp: URL
    oltp_admin: URL
    dwh: URL
    dwh_admin: URL


def fresh_databases(oltp_server: URL, dwh_server: URL) -> DemoDatabases:
    """Two empty databases; drops those of an earlier run."""
    etl_password = secrets.token_urlsafe(24)
    return prepared_databases(emptied(oltp_server, _DATABASE), emptied(dwh_server, _DATABASE), etl_password=etl_password)


def prepared_databases(oltp_admin: URL, dwh_admin: URL, *, etl_password: str) -> DemoDatabases:
    """Create the order system's tables and reader; returns both databases' addresses."""
    reader_password = secrets.token_urlsafe(24)
    admin = create_engine(oltp_admin, poolclass=NullPool)
    create_schema(admin)
    create_reader(admin, password=SecretStr(reader_password))
    return DemoDatabases(
        oltp=oltp_admin.set(username=READER, password=reader_password),
        oltp_admin=oltp_admin,
        dwh=dwh_admin.set(username="techmarket_etl", password=etl_password),
        dwh_admin=dwh_admin,
    )


def emptied(server: URL, name: str) -> URL:
    """Recreate a database; ends PostgreSQL's sessions first."""
    force = " WITH (FORCE)" if server.get_backend_name() == "postgresql" else ""
    with create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}{force}")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return server.set(database=name)


def write_settings(file: Path, databases: DemoDatabases, *, extract_dir: Path, data_docs_dir: Path, data_docs_url: str) -> None:
    """Write the flow runs' ``.env`` with mode 0600."""
    values = {
        "OLTP_URL": databases.oltp.render_as_string(hide_password=False),
        "OLTP_ADMIN_URL": databases.oltp_admin.render_as_string(hide_password=False),
        "DWH_URL": databases.dwh.render_as_string(hide_password=False),
        "DWH_ADMIN_URL": databases.dwh_admin.render_as_string(hide_password=False),
        "BI_PASSWORD": secrets.token_urlsafe(24),
        "EXTRACT_DIR": str(extract_dir),
        "DATA_DOCS_DIR": str(data_docs_dir),
        "DATA_DOCS_URL": data_docs_url,
    }
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text("".join(f"TECHMARKET_{name}={value}\n" for name, value in values.items()))
