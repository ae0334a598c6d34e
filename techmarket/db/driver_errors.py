"""Translates the drivers' errors into the pipeline's."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from techmarket.errors import ConfigurationError, IntegrityError, TransientError

_SOURCE_URL = "TECHMARKET_OLTP_URL (of `techmarket seed`: TECHMARKET_OLTP_ADMIN_URL)"
_WAREHOUSE_URL = "TECHMARKET_DWH_URL (of `techmarket bootstrap`: TECHMARKET_DWH_ADMIN_URL)"

_WAIT = "check that the server is up and can be reached, then run again (flows retry by themselves)"

_MYSQL_UNKNOWN_HOST = 2005
_MYSQL_NO_TLS = 2026
_MYSQL_REMEDIES = {
    1044: f"check the database name at the end of {_SOURCE_URL}, or grant the user access to it (sql/mysql/03_roles.sql)",
    1045: f"check the user and the password in {_SOURCE_URL}",
    1049: f"check the database name at the end of {_SOURCE_URL}",
    1142: "grant SELECT on the table (sql/mysql/03_roles.sql)",
    1143: "grant SELECT on the column (sql/mysql/03_roles.sql)",
    1146: "create the table, or correct the catalogue",
    1227: "grant the privilege named (sql/mysql/03_roles.sql)",
    _MYSQL_UNKNOWN_HOST: f"check the host in {_SOURCE_URL}",
    _MYSQL_NO_TLS: f"check the server's certificate, and ssl_ca in {_SOURCE_URL} (docs/security.md)",
    3118: "unlock the account: ALTER USER ... ACCOUNT UNLOCK",
    4151: "unlock the account: ALTER USER ... ACCOUNT UNLOCK",
}
_UNKNOWN_HOST = re.compile(r"\[Errno -[25]\]")
"""PyMySQL has one number for every failed connection; these are the resolver's."""
_NO_TLS = "CERTIFICATE_VERIFY_FAILED"
_MYSQL_TRANSIENT = frozenset({
    1040,  # too many connections
    1053,  # server shutdown in progress
    1054,  # a column was dropped during the read: the next attempt checks the schema and names it
    1158, 1159, 1160, 1161,  # network packet errors and timeouts
    1205,  # lock wait timeout
    1213,  # deadlock
    1317,  # query execution was interrupted
    1412,  # table definition has changed under the snapshot: read again
    1927,  # connection was killed
    1969,  # max_statement_time exceeded (MariaDB)
    2003, 2006, 2013, 2014, 2055,  # cannot connect, gone away, lost, out of sync
    3024,  # max_execution_time exceeded (MySQL)
    4031,  # disconnected by the server because of inactivity
})  # fmt: skip
_POSTGRES_UNKNOWN_HOST = "08001"
_POSTGRES_NO_TLS = "TLS"
_POSTGRES_REMEDIES = {
    _POSTGRES_UNKNOWN_HOST: f"check the host in {_WAREHOUSE_URL}",
    _POSTGRES_NO_TLS: f"check the server's certificate, and sslrootcert in {_WAREHOUSE_URL} (docs/security.md)",
    "28000": f"check the user in {_WAREHOUSE_URL}, and pg_hba.conf",
    "28P01": f"check the user and the password in {_WAREHOUSE_URL}",
    "3D000": f"check the database name at the end of {_WAREHOUSE_URL}",
    "3F000": "run `techmarket bootstrap`",
    "42501": "run `techmarket bootstrap` as an administrator, so that the role owns stg and dwh",
    "42P01": "run `techmarket bootstrap`",
    "42703": "run `techmarket bootstrap`: the warehouse is older than this version",
    "53100": "free disk space on the warehouse's server",
}
_QUOTED_VALUE = re.compile(r"""(?P<before>: |\bvalue |\bentry )(?P<quote>["']).*(?P=quote)""", re.IGNORECASE)
"""As in: invalid input syntax for type integer: "...", Duplicate entry '...' for key."""
_POSTGRES_TRANSIENT = ("08", "40", "53200", "53300", "55P03", "57", "58030")
_POSTGRES_CONNECT_REMEDIES = (
    ("password authentication failed", "28P01"),
    ("no password supplied", "28P01"),
    ("no pg_hba.conf entry", "28000"),
    ("is not permitted to log in", "28000"),
    (re.compile(r'role ".*" does not exist'), "28000"),
    (re.compile(r'database ".*" does not exist'), "3D000"),
    ("permission denied for database", "42501"),
    ("certificate verify failed", _POSTGRES_NO_TLS),
    (re.compile(r"server certificate for .* does not match"), _POSTGRES_NO_TLS),
    ("server does not support SSL", _POSTGRES_NO_TLS),
    (re.compile(r"could not translate host name (?!.*[Tt]emporary)"), _POSTGRES_UNKNOWN_HOST),
)
"""psycopg2 gives no SQLSTATE for a refused connection."""


@contextmanager
def typed_errors(doing: str) -> Iterator[None]:
    """Turn a driver's exception into a typed one that says what failed, during what, and the remedy.

    Omits SQLAlchemy's text, which has the statement and its parameters.

    Raises:
        TransientError: the call may succeed when repeated.
        ConfigurationError: a setting or a grant is wrong.
        IntegrityError: any other refusal.
    """
    try:
        yield
    except DBAPIError as exc:
        raise _typed(exc, doing) from None


def _typed(exc: DBAPIError, doing: str) -> ConfigurationError | TransientError | IntegrityError:
    cause = exc.orig
    if cause is not None and type(cause).__module__.startswith("pymysql"):
        return _typed_mysql(cause, doing, lost=exc.connection_invalidated)
    return _typed_postgres(cause, doing, lost=exc.connection_invalidated)


def _typed_mysql(cause: BaseException, doing: str, *, lost: bool) -> ConfigurationError | TransientError | IntegrityError:
    code = cause.args[0] if cause.args and isinstance(cause.args[0], int) else 0
    said = _without_values(str(cause.args[-1]) if cause.args else type(cause).__name__)
    if _UNKNOWN_HOST.search(said):
        code = _MYSQL_UNKNOWN_HOST
    if _NO_TLS in said:
        code = _MYSQL_NO_TLS
    if code in _MYSQL_REMEDIES:
        return ConfigurationError(f"{doing}: MySQL refused ({code}): {said}. Next: {_MYSQL_REMEDIES[code]}.")
    if lost or code in _MYSQL_TRANSIENT or (code == 0 and "closed" in said.lower()):
        return TransientError(f"{doing}: MySQL failed for the moment ({code}): {said}. Next: {_WAIT}.")
    return IntegrityError(f"{doing}: MySQL refused ({code}): {said}. Next: see docs/runbook.md.")


def _typed_postgres(cause: BaseException | None, doing: str, *, lost: bool) -> ConfigurationError | TransientError | IntegrityError:
    said = _without_values(str(cause).strip())
    state = getattr(cause, "pgcode", None) or _connect_state(said)
    if state in _POSTGRES_REMEDIES:
        return ConfigurationError(f"{doing}: PostgreSQL refused ({state}): {said}. Next: {_POSTGRES_REMEDIES[state]}.")
    if lost or not state or state.startswith(_POSTGRES_TRANSIENT) or "concurrently updated" in said:
        where = state or "no connection"
        return TransientError(f"{doing}: PostgreSQL failed for the moment ({where}): {said}. Next: {_WAIT}.")
    return IntegrityError(f"{doing}: PostgreSQL refused ({state}): {said}. Next: see docs/runbook.md.")


def _connect_state(said: str) -> str:
    for sign, state in _POSTGRES_CONNECT_REMEDIES:
        if (sign in said) if isinstance(sign, str) else sign.search(said):
            return state
    return ""


def _without_values(said: str) -> str:
    """Hides quoted values, and the DETAIL and CONTEXT lines, which quote whole rows."""
    first = said.splitlines()[0] if said else "no message"
    return _QUOTED_VALUE.sub(r"\g<before>(hidden)", first).rstrip(".")
