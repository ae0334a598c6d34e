"""The gate's SQL, from the catalogue's names and the rules' conditions only."""

from collections.abc import Sequence

import sqlalchemy as sa

from techmarket.db.quoting import quote_postgres
from techmarket.model.catalog import Column, Reading, Table
from techmarket.quality.rules.row_rules import RowRule
from techmarket.quality.rules.table_rules import Recent, TableCondition

_HIDDEN = "'(hidden)'"
_BATCH = "/* {batch} */"


def count_staged(table: Table) -> sa.TextClause:
    """Number of staged rows."""
    return sa.text(f"SELECT count(*) FROM stg.{quote_postgres(table.name)}")  # noqa: S608 - names of the catalogue


def failing_rows(rule: RowRule | TableCondition | Recent) -> str:
    """One row for each failing row.

    Great Expectations requires a placeholder for a batch; a comment holds it.
    """
    if isinstance(rule, TableCondition | Recent):
        return f"SELECT 1 {_BATCH} WHERE ({_as_text(rule.holds, braces=True)}) IS NOT TRUE"
    table = quote_postgres(rule.table)
    return f"SELECT 1 {_BATCH} FROM stg.{table} AS staged WHERE {_as_text(rule.failing, braces=True)}"  # noqa: S608 - names of the catalogue


def reject_rows(rule: RowRule, table: Table) -> sa.TextClause:
    """Copy to ``stg.batch_rejects``; binds ``table_name`` and ``rule``."""
    order_id = 'staged."order_id"' if "order_id" in table.column_names else "cast(NULL AS bigint)"
    return sa.text(
        "INSERT INTO stg.batch_rejects (table_name, row_key, rule, order_id, row_data)"  # noqa: S608 - names of the catalogue
        f" SELECT :table_name, cast(staged.{quote_postgres(table.key)} AS text), :rule, {order_id}, to_jsonb(staged)"
        f" FROM stg.{quote_postgres(table.name)} AS staged WHERE {_as_text(rule.failing)}"
    )


def sample_failing(rule: RowRule, table: Table, columns: Sequence[Column]) -> sa.TextClause:
    """As text, without personal data; binds ``size``."""
    shown = ", ".join(_shown(column) for column in columns)
    return sa.text(
        f"SELECT {shown} FROM stg.{quote_postgres(table.name)} AS staged"  # noqa: S608 - names of the catalogue
        f" WHERE {_as_text(rule.failing)} LIMIT :size"
    )


def newest_staged(rule: Recent) -> sa.TextClause:
    """NULL without staged rows."""
    return sa.text(f"SELECT {rule.newest_staged}")


def newest_changes(rule: Recent) -> sa.TextClause:
    """Newest change staged, newest released, current time."""
    return sa.text(
        f'SELECT {rule.newest_staged} AS "newest staged", {_as_text(rule.newest_released)} AS "newest released", now() AS "checked"'
    )


def resolve_rejects(table: Table, *, read_whole: bool) -> sa.TextClause:
    """Resolve open rejects that the batch read or requested (``stg.requested_keys``) and did not reject again.

    Binds ``batch_id``.
    """
    return sa.text(
        "UPDATE stg.rejected_rows AS listed SET resolved_at = now(), resolved_batch_id = :batch_id"  # noqa: S608 - names of the catalogue
        f" WHERE listed.resolved_at IS NULL AND listed.table_name = '{table.name}' AND ({_looked_for(table, read_whole=read_whole)})"
        " AND NOT EXISTS (SELECT FROM stg.batch_rejects AS again WHERE again.table_name = listed.table_name"
        " AND again.row_key = listed.row_key AND again.rule = listed.rule)"
    )


def _looked_for(table: Table, *, read_whole: bool) -> str:
    if read_whole:
        return "TRUE"
    key = f"cast(listed.row_key AS {table[table.key].type.postgres})"
    staged = f"EXISTS (SELECT FROM stg.{quote_postgres(table.name)} AS staged WHERE staged.{quote_postgres(table.key)} = {key})"
    by, looked_for = ("orders", "listed.order_id") if table.reading is Reading.WITH_ORDER else (table.name, key)
    requested = (
        f"EXISTS (SELECT FROM stg.requested_keys AS requested WHERE requested.table_name = '{by}' AND requested.source_key = {looked_for})"
    )
    return f"{requested} OR {staged}"


def _shown(column: Column) -> str:
    name = quote_postgres(column.name)
    value = f"CASE WHEN staged.{name} IS NULL THEN NULL ELSE {_HIDDEN} END" if column.personal else f"cast(staged.{name} AS text)"
    return f"{value} AS {name}"


def _as_text(condition: str, *, braces: bool = False) -> str:
    escaped = condition.replace(":", r"\:")
    return escaped.replace("{", "{{").replace("}", "}}") if braces else escaped
