"""What happens to a load, when, and how it may end."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass

from tests.faults import injections as do
from tests.faults.injections import Injection
from tests.faults.kill_points import (
    COMMIT_HELD,
    COMMIT_SENT,
    EXTRACTED,
    FACTS,
    GATED,
    LAST_STEP,
    LOADING,
    ORDERS_HELD,
    PHASES_OF_A_LOAD,
    READING,
    ROUTINE_STATEMENTS,
    STAGED,
    START,
    WHOLE_STATEMENTS,
)
from tests.faults.phases import Phase
from tests.faults.shop import NOTHING_SET
from tests.support.servers.proxy import Proxy

OK, UNFORESEEN, TO_BE_CORRECTED, TRANSIENT, DRIFT, TAKEN_OVER, UNCHECKED, INTERRUPTED = 0, 1, 2, 3, 5, 7, 8, 130
IMPATIENT = {"TECHMARKET_STATEMENT_TIMEOUT": "PT4S", "TECHMARKET_CONNECT_TIMEOUT": "PT2S", "TECHMARKET_LOCK_TIMEOUT": "PT2S"}
"""Gives up a silent server after 6 s."""
LONGEST_IMPATIENT_SECONDS = 40.0
"""A load waits for several connections in turn: staging, the ledger, the lock."""
PATIENT = {"TECHMARKET_CONNECT_TIMEOUT": "PT10S"}
"""For a handshake over a slow line."""
ONE_MORE = "one re-run, all invariants"
IN_TIME = "typed error within the stated time"
SLOW = "slow is not failed"
UNTOUCHED = "typed error, nothing touched"
_OF_READING = (READING, ORDERS_HELD, EXTRACTED)


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the matrix. A late fault meets a finished load, so 0 is always allowed."""

    name: str
    inject: Injection
    phases: tuple[Phase, ...]
    ends: frozenset[int]
    expected: str
    short: tuple[Phase, ...]
    """Phases for ``make test``."""
    seeds: int
    """Runs in each phase, for ``make faults``."""
    before_start: bool
    """The fault lasts from before the start to the end."""
    says: str
    """Pattern of the error message."""
    settings: Mapping[str, str]
    """Settings of the load."""
    full: bool


def _fault(
    name: str,
    inject: Injection,
    phases: tuple[Phase, ...],
    *ends: int,
    expected: str,
    short: tuple[Phase, ...] = (),
    seeds: int = 3,
    before: bool = False,
    says: str = "",
    settings: Mapping[str, str] = NOTHING_SET,
    full: bool = False,
) -> Fault:
    return Fault(name, inject, phases, frozenset(ends), expected, short, seeds, before, says, settings, full)


MATRIX = (
    _fault(
        "SIGKILL",
        do.signalled(signal.SIGKILL),
        PHASES_OF_A_LOAD,
        OK,
        -signal.SIGKILL,
        short=(READING, COMMIT_HELD, COMMIT_SENT),
        expected=ONE_MORE,
        seeds=20,
    ),
    _fault(
        "SIGKILL in a release's statement",
        do.signalled(signal.SIGKILL),
        ROUTINE_STATEMENTS,
        -signal.SIGKILL,
        expected=ONE_MORE,
        seeds=20,
    ),
    _fault(
        "SIGKILL in a statement of a full release",
        do.signalled(signal.SIGKILL),
        WHOLE_STATEMENTS,
        -signal.SIGKILL,
        expected=ONE_MORE,
        seeds=20,
        full=True,
    ),
    _fault("SIGTERM", do.signalled(signal.SIGTERM), (READING, GATED, FACTS), -signal.SIGTERM, expected="lock free at once"),
    _fault(
        "Ctrl-C",
        do.signalled(signal.SIGINT),
        (READING, GATED, FACTS),
        INTERRUPTED,
        short=(FACTS,),
        expected="clean end, lock free at once",
    ),
    _fault("two loads at once", do.second_load, (EXTRACTED,), OK, short=(EXTRACTED,), expected="one works, the other is turned away"),
    _fault(
        "SIGSTOP, another takes over, SIGCONT",
        do.another_takes_over,
        (EXTRACTED, STAGED, FACTS, LAST_STEP),
        OK,
        TRANSIENT,
        TAKEN_OVER,
        short=(EXTRACTED,),
        expected="the sleeper cannot commit",
    ),
    _fault(
        "PostgreSQL stopped immediately",
        do.postgres_stopped,
        (LOADING, GATED, FACTS),
        OK,
        TRANSIENT,
        short=(FACTS,),
        expected="typed error",
    ),
    _fault(
        "PostgreSQL back-ends terminated",
        do.back_ends_terminated,
        (LOADING, GATED, FACTS),
        OK,
        TRANSIENT,
        short=(GATED,),
        expected="typed error",
    ),
    _fault("MariaDB killed", do.mariadb_killed, _OF_READING, OK, TRANSIENT, short=(ORDERS_HELD,), expected="snapshot taken again"),
    _fault("MariaDB restarted", do.mariadb_restarted, _OF_READING, OK, TRANSIENT, expected="snapshot taken again"),
    _fault("KILL CONNECTION in MariaDB", do.connections_killed, _OF_READING, OK, TRANSIENT, expected="snapshot taken again"),
    _fault("source: connection reset", do.on_source(Proxy.reset), _OF_READING, OK, TRANSIENT, short=(ORDERS_HELD,), expected="typed error"),
    _fault("source: cut after 2,000 bytes", do.on_source(do.cut), (START,), TRANSIENT, short=(START,), expected="typed error", before=True),
    _fault("source: black hole", do.on_source(do.black_hole), (START,), TRANSIENT, expected="typed error in seconds", before=True),
    _fault(
        "source: black hole in mid-stream", do.on_source(do.black_hole), (READING,), OK, TRANSIENT, expected=IN_TIME, settings=IMPATIENT
    ),
    _fault("source: nobody takes bytes", do.on_source(do.stalled), (READING,), OK, TRANSIENT, expected=IN_TIME, settings=IMPATIENT),
    _fault(
        "MariaDB asleep (SIGSTOP)",
        do.mariadb_asleep,
        (READING,),
        OK,
        TRANSIENT,
        expected=IN_TIME,
        settings=IMPATIENT,
    ),
    _fault("source: 500 ms latency", do.on_source(do.slow), (START,), OK, expected=SLOW, seeds=1, before=True, settings=PATIENT),
    _fault("source: 50 KB/s", do.on_source(do.thin), (START,), OK, expected=SLOW, seeds=1, before=True),
    _fault(
        "source: grants revoked",
        do.in_source("REVOKE SELECT ON `{database}`.* FROM reader@'%%'", undo="GRANT SELECT ON `{database}`.* TO reader@'%%'"),
        (START,),
        TO_BE_CORRECTED,
        expected=UNTOUCHED,
        says="grant",
        before=True,
    ),
    _fault(
        "source: password changed",
        do.in_source("ALTER USER reader@'%%' IDENTIFIED BY 'changed'", undo="ALTER USER reader@'%%' IDENTIFIED BY '{password}'"),
        (START,),
        TO_BE_CORRECTED,
        expected=UNTOUCHED,
        says="TECHMARKET_OLTP_URL",
        before=True,
    ),
    _fault(
        "source: column renamed",
        do.in_source("ALTER TABLE payments RENAME COLUMN method TO paid_by", undo="ALTER TABLE payments RENAME COLUMN paid_by TO method"),
        (START, READING),
        OK,
        TRANSIENT,
        DRIFT,
        expected=UNTOUCHED,
        says="(paid_by|method|schema|definition)",
    ),
    _fault(
        "source: column of another type",
        do.in_source(
            "ALTER TABLE payments MODIFY amount VARCHAR(40) NOT NULL", undo="ALTER TABLE payments MODIFY amount DECIMAL(12, 2) NOT NULL"
        ),
        (START, READING),
        OK,
        TRANSIENT,
        DRIFT,
        expected=UNTOUCHED,
        says="(amount|schema|definition)",
    ),
    _fault(
        "source: column added",
        do.in_source("ALTER TABLE payments ADD COLUMN fee INT", undo="ALTER TABLE payments DROP COLUMN fee"),
        (START, READING),
        OK,
        TRANSIENT,
        expected="read without it, or snapshot taken again",
    ),
    _fault(
        "warehouse: connection reset",
        do.on_warehouse(Proxy.reset),
        (LOADING, GATED, FACTS),
        OK,
        TRANSIENT,
        short=(FACTS,),
        expected="typed error",
    ),
    _fault("warehouse: cut after 2,000 bytes", do.on_warehouse(do.cut), (START,), TRANSIENT, expected="typed error", before=True),
    _fault(
        "warehouse: black hole",
        do.on_warehouse(do.black_hole),
        (START,),
        TRANSIENT,
        short=(START,),
        expected="typed error in seconds",
        before=True,
    ),
    _fault(
        "warehouse: black hole in mid-stream",
        do.on_warehouse(do.black_hole),
        (LOADING, GATED, FACTS),
        OK,
        TRANSIENT,
        expected=IN_TIME,
        settings=IMPATIENT,
    ),
    _fault(
        "warehouse: nobody takes bytes", do.on_warehouse(do.stalled), (LOADING, FACTS), OK, TRANSIENT, expected=IN_TIME, settings=IMPATIENT
    ),
    _fault(
        "PostgreSQL back-ends asleep (SIGSTOP)",
        do.back_ends_asleep,
        (LOADING, GATED, FACTS),
        OK,
        TRANSIENT,
        short=(FACTS,),
        expected=IN_TIME,
        settings=IMPATIENT,
    ),
    _fault("warehouse: 500 ms latency", do.on_warehouse(do.slow), (START,), OK, expected=SLOW, seeds=1, before=True, settings=PATIENT),
    _fault("warehouse: 50 KB/s", do.on_warehouse(do.thin), (START,), OK, expected=SLOW, seeds=1, before=True),
    _fault(
        "warehouse: grants revoked",
        do.in_warehouse("REVOKE ALL ON dwh.fact_sales FROM techmarket_etl", undo="GRANT ALL ON dwh.fact_sales TO techmarket_etl"),
        (READING, GATED),
        OK,
        TO_BE_CORRECTED,
        expected=UNTOUCHED,
        says="fact_sales",
    ),
    _fault(
        "warehouse: password changed",
        do.in_warehouse("ALTER ROLE techmarket_etl PASSWORD 'changed'", undo="ALTER ROLE techmarket_etl PASSWORD '{password}'"),
        (READING, GATED),
        OK,
        TO_BE_CORRECTED,
        expected=UNTOUCHED,
        says="TECHMARKET_DWH_URL",
    ),
    _fault("an exclusive lock on a dimension, 1 s", do.table_locked(1), (LOADING, GATED), OK, expected="waited for"),
    _fault(
        "an exclusive lock on a dimension for long",
        do.table_locked(None),
        (READING,),
        TRANSIENT,
        expected="typed error after TECHMARKET_LOCK_TIMEOUT",
        says="lock timeout",
        settings=IMPATIENT,
    ),
    _fault("an analyst's long query, routine load", do.analyst_at_work, (START,), OK, expected="not waited for", before=True),
    _fault("an analyst's long query, full load", do.analyst_at_work, (START,), OK, expected="not waited for", before=True, full=True),
    _fault(
        "memory limit",
        do.memory_limited,
        (START, READING, GATED, FACTS),
        OK,
        UNFORESEEN,
        TO_BE_CORRECTED,
        TRANSIENT,
        UNCHECKED,
        -signal.SIGABRT,
        -signal.SIGSEGV,
        expected="the run ends alone",
    ),
    _fault(
        "disk full: extracts",
        do.folder_full("TECHMARKET_EXTRACT_DIR"),
        (START,),
        TO_BE_CORRECTED,
        expected=UNTOUCHED,
        says="Writing the extract to",
        before=True,
    ),
    _fault(
        "disk full: staging",
        do.table_full("stg.order_items", do.staging_emptied),
        (START,),
        TO_BE_CORRECTED,
        expected=UNTOUCHED,
        says="Staging order_items.* No space left on device",
        before=True,
    ),
    _fault(
        "disk full: facts",
        do.table_full("dwh.fact_sales", do.all_lines_changed),
        (START,),
        TO_BE_CORRECTED,
        expected=UNTOUCHED,
        says="Release of batch .* No space left on device.* Next: free disk space on the warehouse's server",
        before=True,
    ),
    _fault(
        "disk full: Data Docs", do.folder_full("TECHMARKET_DATA_DOCS_DIR"), (START,), OK, expected="no load fails for them", before=True
    ),
)
