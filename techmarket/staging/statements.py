"""Statements that fill and index ``stg``."""

from techmarket.db.quoting import quote_postgres
from techmarket.model.catalog import Catalog, Table


def copy_into(table: Table) -> str:
    """COPY an extract's text into staging."""
    columns = ", ".join(quote_postgres(name) for name in table.column_names)
    return f"COPY stg.{quote_postgres(table.name)} ({columns}) FROM STDIN"


def count_staged(table: str) -> str:
    """A table's number of rows."""
    return f"SELECT count(*) FROM stg.{quote_postgres(table)}"


def empty_staging(catalog: Catalog) -> list[str]:
    """Empty staging without key indexes, so COPY writes plain heaps."""
    names = ", ".join(f"stg.{quote_postgres(name)}" for name in catalog)
    return [
        f"TRUNCATE {names}, stg.staged_extract, stg.staged_parts, stg.batch_rejects",
        *(f"DROP INDEX IF EXISTS stg.{quote_postgres(name + '_key')}" for name in catalog),
    ]


def key_index(table: Table, *, unique: bool) -> str:
    """Does nothing if present; a unique one fails on a repeated key."""
    kind = "UNIQUE INDEX" if unique else "INDEX"
    name, target, key = (quote_postgres(part) for part in (f"{table.name}_key", table.name, table.key))
    return f"CREATE {kind} IF NOT EXISTS {name} ON stg.{target} ({key})"


def analyze(table: Table) -> str:
    """Collect planner statistics."""
    return f"ANALYZE stg.{quote_postgres(table.name)}"
