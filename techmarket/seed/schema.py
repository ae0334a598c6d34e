"""Prepares an order system: its tables, its reading user and the small sample, from ``sql/mysql``."""

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, text

from techmarket.db.engines import typed_errors
from techmarket.db.sql_files import read_sql, statements

READER = "techmarket_reader"


def create_schema(admin_engine: Engine) -> None:
    """Create the tables that are missing in the engine's database."""
    with typed_errors("creating the order system's tables"), admin_engine.begin() as connection:
        _run(connection, "mysql/01_schema.sql")


def load_sample(admin_engine: Engine) -> None:
    """Fill an empty order system with the hand-readable sample; one that holds rows stays as it is."""
    with typed_errors("loading the sample"), admin_engine.begin() as connection:
        if not connection.scalar(text(read_sql("mysql/seed/is_filled.sql"))):
            _run(connection, "mysql/02_sample_data.sql")


def create_reader(admin_engine: Engine, *, password: SecretStr, user: str = READER) -> None:
    """Create the pipeline's reading user for the engine's database, or give the existing one its grants and this password."""
    with typed_errors(f"creating the reading user {user}"), admin_engine.begin() as connection:
        connection.execute(text("SET @reader = :user"), {"user": user})
        _run(connection, "mysql/03_roles.sql")
        unlock = text("ALTER USER :user@'%' IDENTIFIED BY :password ACCOUNT UNLOCK")
        connection.execute(unlock, {"user": user, "password": password.get_secret_value()})


def _run(connection: Connection, file: str) -> None:
    for statement in statements(read_sql(file)):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
