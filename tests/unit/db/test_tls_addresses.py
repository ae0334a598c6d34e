"""How the drivers read the TLS addresses in docs/security.md."""

import ssl

import certifi
import psycopg2.extensions
import pymysql
import pytest

from techmarket.db.engines import source_engine, warehouse_engine
from techmarket.settings import Settings
from tests.support.repository import ROOT

SETTINGS = Settings(_env_file=None)
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def mysql_context(query: str) -> tuple[bool, ssl.VerifyMode, bool]:
    """Whether TLS is required, and what is verified."""
    engine = source_engine(f"mysql+pymysql://reader:secret@127.0.0.1:1/techmarket{query}", SETTINGS)
    arguments, options = engine.dialect.create_connect_args(engine.url)
    connection = pymysql.Connection(*arguments, **options, defer_connect=True)
    return connection._ssl_required, connection.ctx.verify_mode, connection.ctx.check_hostname


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        (f"?ssl_ca={certifi.where()}", (True, ssl.CERT_REQUIRED, True)),
        ("", (False, ssl.CERT_NONE, False)),
        (f"?ssl_ca={certifi.where()}&ssl_verify_identity=true", (True, ssl.CERT_REQUIRED, False)),
    ],
)
def test_mysql_is_spoken_to_as_the_address_says(query: str, understood: tuple[bool, ssl.VerifyMode, bool]) -> None:
    assert mysql_context(query) == understood


def test_postgresql_is_given_what_the_address_says() -> None:
    query = "?sslmode=verify-full&sslrootcert=/path/to/ca.pem"
    assert query in PAGE
    query = query.replace("/path/to/ca.pem", certifi.where())
    engine = warehouse_engine(f"postgresql+psycopg2://etl:secret@127.0.0.1:1/techmarket{query}", SETTINGS)
    _, options = engine.dialect.create_connect_args(engine.url)
    sent = psycopg2.extensions.parse_dsn(psycopg2.extensions.make_dsn(**options))
    assert (sent["sslmode"], sent["sslrootcert"]) == ("verify-full", certifi.where())
