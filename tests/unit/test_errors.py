import pickle
import re
from collections.abc import Callable

import psycopg2
import pymysql
import pytest
from sqlalchemy.exc import OperationalError

from techmarket.db.driver_errors import typed_errors
from techmarket.db.engines import source_engine, warehouse_engine
from techmarket.errors import ConfigurationError, IntegrityError, TechMarketError, TransientError, error_classes
from techmarket.settings import Settings


def refused(cause: Exception) -> OperationalError:
    """A driver's error wrapped by SQLAlchemy."""
    return OperationalError("SELECT 'secret'", {"password": "secret"}, cause)


@pytest.mark.parametrize("kind", tuple(error_classes()))
def test_every_error_survives_pickling(kind: type[TechMarketError]) -> None:
    error = pickle.loads(pickle.dumps(kind("what failed. Next: what to do.")))  # noqa: S301 - our own bytes
    assert (type(error), str(error)) == (kind, "what failed. Next: what to do.")


def test_every_error_class_sums_itself_up_in_one_clause_of_its_own() -> None:
    summaries = [kind.summary for kind in (TechMarketError, *error_classes())]
    assert len(set(summaries)) == len(summaries)
    assert [said for said in summaries if "\n" in said or said.endswith(".")] == []


MYSQL = [
    (1045, ConfigurationError),
    (1142, ConfigurationError),
    (2005, ConfigurationError),
    (1205, TransientError),
    (1412, TransientError),
    (2013, TransientError),
    (1064, IntegrityError),
]


@pytest.mark.parametrize(("code", "kind"), MYSQL)
def test_an_error_of_mysql_gets_its_class_and_shows_no_statement_and_no_parameter(code: int, kind: type[TechMarketError]) -> None:
    cause = pymysql.err.OperationalError(code, "what the server said")
    with pytest.raises(kind, match=rf"^Doing: MySQL .* \({code}\): what the server said. Next: ") as raised, typed_errors("Doing"):
        raise refused(cause)
    assert "secret" not in str(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ('FATAL:  password authentication failed for user "x"', ConfigurationError),
        ('FATAL:  database "x" does not exist', ConfigurationError),
        ('could not translate host name "x" to address: Name or service not known', ConfigurationError),
        ('could not translate host name "x" to address: Temporary failure in name resolution', TransientError),
        ("connection refused", TransientError),
    ],
)
def test_a_connection_that_postgresql_refuses_gets_its_class(said: str, kind: type[TechMarketError]) -> None:
    with pytest.raises(kind, match=" Next: "), typed_errors("Doing"):
        raise refused(psycopg2.OperationalError(said))


@pytest.mark.parametrize(
    ("state", "kind", "remedy"),
    [
        ("53100", ConfigurationError, "free disk space on the warehouse's server"),
        ("42P01", ConfigurationError, "run `techmarket bootstrap`"),
        ("57P01", TransientError, "run again"),
        ("40001", TransientError, "run again"),
        ("23505", IntegrityError, "docs/runbook.md"),
    ],
    ids=["disk full", "table missing", "server shut down", "serialization failure", "key twice"],
)
def test_an_error_of_postgresql_gets_its_class_and_its_remedy(state: str, kind: type[TechMarketError], remedy: str) -> None:
    class Refused(psycopg2.OperationalError):
        pgcode = state

    with pytest.raises(kind, match=rf"^Doing: PostgreSQL .* \({state}\): what the server said. Next: .*{remedy}"), typed_errors("Doing"):
        raise refused(Refused("what the server said"))


@pytest.mark.parametrize(
    "said",
    [
        'invalid input syntax for type integer: "secret"',
        'date/time field value out of range: "secret"',
        'value "secret" is out of range for type integer',
        "Duplicate entry 'secret' for key 'customers.email'",
        "Incorrect datetime value: 'secret' for column 'paid_at' at row 1",
        'duplicate key value violates unique constraint "x"\nDETAIL:  Key (email)=(secret) already exists.',
    ],
)
@pytest.mark.parametrize("cause", [pymysql.err.DataError, psycopg2.DataError])
def test_a_value_that_a_server_quotes_is_hidden(said: str, cause: type[Exception]) -> None:
    with pytest.raises(TechMarketError) as raised, typed_errors("Doing"):
        raise refused(cause(said))
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "is not a database address"),
        ("secret", "is not a database address"),
        ("mysql+pymysql://root:secret@host:port/d", "is not a database address"),
        ("sqlite:///secret", "begins with sqlite://, expected "),
        ("{driver}://root:secret@host/", "names no database"),
    ],
)
@pytest.mark.parametrize(
    ("make", "driver", "setting"),
    [(source_engine, "mysql+pymysql", "TECHMARKET_OLTP_URL"), (warehouse_engine, "postgresql+psycopg2", "TECHMARKET_DWH_URL")],
)
def test_an_address_that_cannot_be_used_is_not_shown(
    address: str, said: str, make: Callable[[str, Settings], object], driver: str, setting: str
) -> None:
    expected = re.escape(f"{setting} {said}") + rf".* Next: write {re.escape(driver)}://user:password@host:port/database"
    with pytest.raises(ConfigurationError, match=expected) as raised:
        make(address.format(driver=driver), Settings(_env_file=None))
    assert "secret" not in str(raised.value)
