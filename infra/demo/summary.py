"""The tables at the demo's end."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, RowMapping, text

_LOADS = "SELECT batch_id, mode, verdict, certificate FROM dwh.load_batches WHERE status = 'released' ORDER BY batch_id"
_REJECTS = """
SELECT rule, count(*) AS rows, min(row_key) AS for_example
FROM stg.rejected_rows
WHERE resolved_at IS NULL
GROUP BY rule
ORDER BY rule
"""
_TOP_PRODUCTS = """
SELECT product, category, quantity, revenue, margin
FROM dwh.mart_product_ranking
ORDER BY rank_by_revenue
LIMIT 10
"""
_STAGES = ("table", "extracted", "staged", "merged", "unchanged", "rejected", "held", "excluded", "removed")


def print_summary(console: Console, warehouse: Engine) -> None:
    """Print rows by stage, rejects by rule, and best-selling products."""
    with warehouse.connect() as connection:
        loads = connection.execute(text(_LOADS)).mappings().all()
        rejects = connection.execute(text(_REJECTS)).mappings().all()
        products = connection.execute(text(_TOP_PRODUCTS)).mappings().all()
    console.print(*(_load(load) for load in loads), sep="\n")
    console.print(_table("Rejected rows that wait in quarantine", rejects))
    console.print(_table("Top products by revenue, UAH", products))


def _load(load: RowMapping) -> Table:
    title = f"Batch {load['batch_id']}, {load['mode']}: rows by table and stage; verdict {load['verdict']}"
    rows = [{stage: counts[stage] for stage in _STAGES} for counts in load["certificate"]["tables"]]
    return _table(title, rows)


def _table(title: str, rows: Sequence[Mapping[str, object] | RowMapping]) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", title_style="bold", header_style="dim", box=None, padding=(0, 1, 0, 0))
    for name, value in (rows[0] if rows else {"none": ""}).items():
        is_number = not isinstance(value, str)
        table.add_column(name.replace("_", " "), justify="right" if is_number else "left", no_wrap=is_number)
    for row in rows:
        table.add_row(*(value if isinstance(value, str) else f"{value:,}" for value in row.values()))
    return table
