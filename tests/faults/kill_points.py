"""Where a load is killed: at every stage, by log line or statement; in the release, at every statement.

The comment in the first line of a file in ``sql/`` identifies its statement.
"""

from pathlib import Path

from techmarket.db.sql import read_sql
from techmarket.model.catalog import CATALOG
from tests.faults.phases import Carried, Logged, Sent, Side

START = Logged("the start", "")
READING = Carried("reading the source", Side.SOURCE)
LOADING = Carried("writing to the warehouse", Side.WAREHOUSE)
EXTRACTED = Logged("extracted", "^info: extract table=")
STAGED = Logged("staged", "^info: stage ")
GATED = Logged("gated", "^info: gate ")
FACTS = Logged("facts", "^debug: sql=release/fact_sales")
LAST_STEP = Logged("last step of the release", "^debug: sql=release/advance_watermarks")
RELEASED = Logged("released", "^info: release extract=")

_SNAPSHOT = "START TRANSACTION WITH CONSISTENT SNAPSHOT"
_SCHEMA = "-- What the source declares now"
_COPY = 'COPY stg."order_items"'
_ANYTHING = ""
_RELEASE = "postgres/release"


def _sent(name: str, side: Side, *texts: str, passed: float = 1.0) -> Sent:
    return Sent(name, side, texts, passed)


def _file(path: str) -> str:
    return read_sql(f"{path}.sql").splitlines()[0]


_RECORD = _file("postgres/quality/record_gate")
_CLOSE = _file(f"{_RELEASE}/close_batch")

COMMIT_HELD = _sent("before COMMIT", Side.WAREHOUSE, _CLOSE, "COMMIT", passed=0)
COMMIT_SENT = _sent("after COMMIT", Side.WAREHOUSE, _CLOSE, "COMMIT")

ORDERS_HELD = _sent("before orders are read", Side.SOURCE, "SELECT count(*), max(`order_id`)", passed=0)
"""In the middle of reading, at any speed."""

CONNECTING = (
    START,
    _sent("connect to the warehouse", Side.WAREHOUSE, "techmarket_etl"),
    _sent("take the lock", Side.WAREHOUSE, "pg_try_advisory_lock"),
    _sent("open the batch", Side.WAREHOUSE, _file("postgres/ledger/open_batch")),
    _sent("batch open", Side.WAREHOUSE, _file("postgres/ledger/open_batch"), "COMMIT"),
    _sent("connect to the source", Side.SOURCE, "reader"),
)
EXTRACTING = (
    _sent("read the horizon", Side.SOURCE, _SNAPSHOT),
    _sent("open the snapshot", Side.SOURCE, _SNAPSHOT, _SNAPSHOT),
    *(_sent(f"read {table.name}", Side.SOURCE, f"SELECT count(*), max(`{table.key}`)") for table in CATALOG.values()),
    READING,
    *(Logged(f"part of {table} written", f"^info: extract table={table} ") for table in CATALOG),
    _sent("before the seal", Side.SOURCE, _SCHEMA, _SCHEMA, passed=0),
    _sent("after the seal", Side.WAREHOUSE, _file("postgres/staging/receipts"), passed=0),
)
STAGING = (
    _sent("empty staging", Side.WAREHOUSE, "TRUNCATE stg."),
    _sent("name the extract in staging", Side.WAREHOUSE, _file("postgres/staging/name_extract")),
    _sent("before a part's receipt", Side.WAREHOUSE, _file("postgres/staging/write_receipt"), passed=0),
    _sent("COPY begins", Side.WAREHOUSE, _COPY),
    _sent("half of COPY", Side.WAREHOUSE, _COPY, _ANYTHING, passed=0.5),
    _sent("COPY ends", Side.WAREHOUSE, _COPY, _ANYTHING),
    _sent("before a part's COMMIT", Side.WAREHOUSE, _COPY, "COMMIT", passed=0),
    _sent("after a part's COMMIT", Side.WAREHOUSE, _COPY, "COMMIT"),
    LOADING,
    _sent("count what is staged", Side.WAREHOUSE, "SELECT count(*) FROM stg."),
    _sent("index staging", Side.WAREHOUSE, "CREATE UNIQUE INDEX"),
    STAGED,
)
GATING = (
    *(_sent(f"check {table}", Side.WAREHOUSE, f"SELECT 1 \nFROM {table} ") for table in CATALOG),
    _sent("note the rejected rows", Side.WAREHOUSE, "TRUNCATE stg.batch_rejects"),
    _sent("count the rejected rows", Side.WAREHOUSE, _file("postgres/quarantine/count_rejects")),
    _sent("record what the gate found", Side.WAREHOUSE, _RECORD),
    _sent("before the gate's COMMIT", Side.WAREHOUSE, _RECORD, "COMMIT", passed=0),
    GATED,
)
QUARANTINE = (
    _sent("merge the quarantine", Side.WAREHOUSE, _file("postgres/quarantine/merge_rejects")),
    *(_sent(f"resolve rejected rows of {table}", Side.WAREHOUSE, f"listed.table_name = '{table}'") for table in CATALOG),
    Logged("quarantine brought up to date", "^info: quarantine"),
)
AROUND_COMMIT = (COMMIT_HELD, COMMIT_SENT, RELEASED)
PUBLISHING = (
    _sent("read the sales report's figures", Side.WAREHOUSE, _file("postgres/sales_report/load")),
    _sent("read the last of them", Side.WAREHOUSE, _file("postgres/sales_report/products")),
    _sent("read the rejected rows", Side.WAREHOUSE, _file("postgres/quarantine/open_by_day")),
    _sent("let go of the lock", Side.WAREHOUSE, "pg_advisory_unlock"),
)
PHASES_OF_A_LOAD = (*CONNECTING, *EXTRACTING, *STAGING, *GATING, *QUARANTINE, *AROUND_COMMIT, *PUBLISHING)

_WHOLE_RELEASE = frozenset({"dim_customer/mark_deleted", "touched/all_cells", "analyze_star", "analyze_aggregates"})
_NO_RELEASE_HERE = frozenset(
    {
        "dim_customer/mark_requested_deleted",  # of requested customers
        "fact_sales/count_rows",  # where lines are gone from the source
        "fact_payments/count_rows",
        "secondary_indexes",  # into an empty fact
        "fact_sales/fill",
        "fact_payments/fill",
        "touched/is_unfilled",  # bootstrap's
    }
)


def _steps() -> list[str]:
    root = Path("sql") / _RELEASE
    return sorted(file.relative_to(root).with_suffix("").as_posix() for file in root.rglob("*.sql"))


def _each(steps: list[str]) -> tuple[Sent, ...]:
    return tuple(_sent(step, Side.WAREHOUSE, _file(f"{_RELEASE}/{step}")) for step in steps)


ROUTINE_STATEMENTS = _each([step for step in _steps() if step not in _WHOLE_RELEASE | _NO_RELEASE_HERE])
WHOLE_STATEMENTS = _each(sorted(_WHOLE_RELEASE))
"""A new file below ``sql/postgres/release`` counts as incremental until it is named here."""
