"""Settings that each session makes for itself, so that nothing set on a server, a database or a user bends a result or ends a load.

Each entry has its reason. A setting is absent if it changes plans and speed only, if it refuses loudly what an administrator wants refused
(``default_transaction_read_only``, limits of memory and temporary space), or if a user may not set it (``lc_messages`` and
``session_replication_role`` of PostgreSQL). The driver sets character sets and their collation: ``SET NAMES``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from techmarket.settings import Settings

IDLE_SESSION_SECONDS = 15 * 60
"""The servers end a load's session that is idle for longer."""
_PACKET_HEADROOM = 64 * 1024
"""Bytes besides a page's text; a longer result would close the connection."""
_TRANSACTION_TIMEOUT_SINCE = 170_000
"""PostgreSQL's version with ``transaction_timeout``. Earlier ones refuse a connection that names it."""


class _On(StrEnum):
    """The servers that know a setting, as the comment that others skip."""

    BOTH = ""
    MARIADB = "M!"
    MYSQL = "!80000"


@dataclass(frozen=True, slots=True)
class Setting:
    """``value`` is SQL for the order system, and text for the warehouse."""

    name: str
    value: str | int
    reason: str
    on: _On = _On.BOTH


def source_settings(settings: Settings) -> tuple[Setting, ...]:
    """Of a session that reads the order system."""
    statement, idle = settings.statement_timeout.total_seconds(), IDLE_SESSION_SECONDS
    packet = f"cast(greatest(cast(@@max_allowed_packet AS SIGNED), {2 * _PACKET_HEADROOM}) - {_PACKET_HEADROOM} AS UNSIGNED)"
    return (
        Setting("sql_select_limit", 2**64 - 1, "cuts the rows of every SELECT, without a sign"),
        Setting("sql_big_selects", 1, "off, max_join_size refuses joins of large tables"),
        Setting("sql_mode", "''", "changes what quotes, || and backslashes mean, pads CHAR, refuses impossible dates"),
        Setting("time_zone", "'+00:00'", "TIMESTAMPs are rendered and compared in it"),
        Setting("group_concat_max_len", packet, "cuts a page's text"),
        Setting("div_precision_increment", 4, "digits of a quotient"),
        Setting("sql_auto_is_null", 0, "makes `key IS NULL` find the last inserted row"),
        Setting("completion_type", 0, "a ROLLBACK closes the connection, or begins a transaction before its time"),
        Setting("net_read_timeout", 30, "a short one closes the connection during a request"),
        Setting("net_write_timeout", 60, "a short one closes the connection during an answer"),
        Setting("wait_timeout", idle, "a long one lets a dead reader's snapshot block ALTER TABLE, a short one closes idle connections"),
        Setting("tx_isolation", "'REPEATABLE-READ'", "others give no consistent snapshot", _On.MARIADB),
        Setting("transaction_isolation", "'REPEATABLE-READ'", "others give no consistent snapshot", _On.MYSQL),
        Setting("max_statement_time", f"{statement:.3f}", "bounds a statement", _On.MARIADB),
        Setting("information_schema_stats_expiry", 0, "next keys are a day old otherwise", _On.MYSQL),
        Setting("max_execution_time", int(statement * 1000), "bounds a statement", _On.MYSQL),
        Setting("idle_transaction_timeout", idle, "a short one ends a snapshot between two pages", _On.MARIADB),
        Setting("idle_readonly_transaction_timeout", idle, "a short one ends a snapshot between two pages", _On.MARIADB),
        # DEFAULT is the server's value for other settings; for this one, it means the current rows.
        Setting("system_versioning_asof", "DEFAULT", "reads system-versioned tables at another time", _On.MARIADB),
    )


def warehouse_settings(settings: Settings) -> tuple[Setting, ...]:
    """Of every warehouse session. :func:`late_warehouse_settings` has more."""
    statement, lock = (int(timeout.total_seconds() * 1000) for timeout in (settings.statement_timeout, settings.lock_timeout))
    return (
        Setting("timezone", "UTC", "timestamps are rendered and cut into days in it"),
        Setting("client_encoding", "UTF8", "texts are sent in it"),
        Setting("datestyle", "ISO, YMD", "the order of day and month in a date's text"),
        Setting("intervalstyle", "postgres", "the driver reads only this style"),
        Setting("extra_float_digits", 1, "0 and less cut the digits of floats"),
        Setting("bytea_output", "hex", "bytes as text"),
        Setting("standard_conforming_strings", "on", "off, a backslash in a literal begins an escape"),
        Setting("array_nulls", "on", "off, NULL in an array's text is the word"),
        Setting("transform_null_equals", "off", "on, `= NULL` is true for NULL"),
        Setting("quote_all_identifiers", "off", "on, definitions from the catalogue are written differently"),
        Setting("search_path", "pg_catalog", "another schema could shadow functions and operators; every table is named with its schema"),
        Setting("row_security", "off", "on, a policy hides rows without a sign; off, it is an error"),
        Setting(
            "default_transaction_isolation", "read committed", "a transaction that waited for a lock must see what the other committed"
        ),
        Setting("exit_on_error", "off", "on, an expected error closes the connection"),
        Setting("statement_timeout", statement, "bounds a statement"),
        Setting("lock_timeout", lock, "bounds the wait for a lock"),
        Setting(
            "idle_in_transaction_session_timeout", IDLE_SESSION_SECONDS * 1000, "a dead load must not hold locks, a live one must last"
        ),
        Setting("idle_session_timeout", 0, "the session that holds the load lock is idle through the whole load"),
        Setting("jit", "off", "compiling takes longer than a load's short statements"),
    )


def late_warehouse_settings(server_version: int) -> tuple[Setting, ...]:
    """Those that not every supported version knows; ``server_version`` as in 170002."""
    if server_version < _TRANSACTION_TIMEOUT_SINCE:
        return ()
    return (Setting("transaction_timeout", 0, "a release is one long transaction; its statements and pauses are bounded"),)


def as_statement(settings: Iterable[Setting]) -> str:
    """One SET for MySQL and MariaDB; each skips the other's in comments."""
    every = list(settings)
    parts = [f"{setting.name} = {setting.value}" for setting in every if setting.on is _On.BOTH]
    return f"SET SESSION {', '.join(parts)}{''.join(_only_on(every))}"


def _only_on(settings: Iterable[Setting]) -> Iterator[str]:
    for setting in settings:
        if setting.on is not _On.BOTH:
            yield f" /*{setting.on} , {setting.name} = {setting.value} */"


def as_options(settings: Iterable[Setting]) -> str:
    """Options of libpq: they arrive with the connection, without a round trip."""
    return " ".join(f"-c {setting.name}={str(setting.value).replace(' ', chr(92) + ' ')}" for setting in settings)
