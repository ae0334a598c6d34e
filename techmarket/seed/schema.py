"""Tables, reading user and sample from ``sql/mysql``."""

from pydantic import SecretStr
from sqlalchemy import Engine, text

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors

READER = "techmarket_reader"


def create_schema(admin_engine: Engine) -> None:
    """Create missing tables in the engine's database."""
    with typed_errors("creating the order system's tables"), admin_engine.begin() as connection:
        sql.run_script(connection, "01_schema")


def load_sample(admin_engine: Engine) -> None:
    """Fill an empty order system; one with rows does not change."""
    with typed_errors("loading the sample"), admin_engine.begin() as connection:
        if not sql.run(connection, "seed/is_filled").scalar():
            sql.run_script(connection, "02_sample_data")


def create_reader(admin_engine: Engine, *, password: SecretStr, user: str = READER) -> None:
    """Create the reading user, or reset its grants and password."""
    with typed_errors(f"creating the reading user {user}"), admin_engine.begin() as connection:
        connection.execute(text("SET @reader = :user"), {"user": user})
        sql.run_script(connection, "03_roles")
        unlock = text("ALTER USER :user@'%' IDENTIFIED BY :password ACCOUNT UNLOCK")
        connection.execute(unlock, {"user": user, "password": password.get_secret_value()})
