"""The contract with the source, derived from catalogue and star."""

from collections.abc import Iterator

from techmarket.model.catalog import Catalog, Column, Reading, Table
from techmarket.model.column_types import Date, Integer, LocalDatetime, Text, Timestamp
from techmarket.model.star import STAR
from techmarket.model.star_schema import Dimension, Star
from techmarket.quality.rules.row_rules import Between, MaxLength, NotNull, References, Rule, Severity, Unique
from techmarket.quality.rules.table_rules import LOADS_COMPARED, TableCondition, UsualVolume

_ENGINEERING = "data engineering"
_ORDER_DESK = "order desk"
_STEWARD = "data steward"


def baseline(catalog: Catalog, star: Star = STAR) -> tuple[Rule, ...]:
    """The rules of all declared tables."""
    return tuple(rule for table in catalog.values() for rule in _table_rules(table, catalog, star))


def _table_rules(table: Table, catalog: Catalog, star: Star) -> Iterator[Rule]:
    yield _contract(table)
    if table.reading is Reading.WHOLE:
        yield _not_empty(table)
    yield _usual_volume(table)
    yield from _key_rules(table)
    for column in table.columns:
        if not column.nullable and column.name != table.key:
            yield _not_null(table, column)
        yield from _domain(table, column)
    for column_name, parent in table.references.items():
        yield from _known(table, column_name, catalog[parent], star.dimension_of(parent))


def _contract(table: Table) -> Rule:
    # PostgreSQL's form has no space: numeric(12,2).
    declared = ", ".join(f"'{column.name} {column.type.postgres.replace(', ', ',')}'" for column in table.columns)
    staged = (
        "SELECT attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute"  # noqa: S608 - names of the catalogue
        f" WHERE attrelid = cast('stg.{table.name}' AS regclass) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
    )
    return TableCondition(
        table=table.name,
        name="contract",
        what="The staged columns and their types are exactly those of the catalogue.",
        reason="Every other rule, and the release, read the columns by these names and types.",
        remedy="Run techmarket bootstrap: it rebuilds the staging tables from the catalogue.",
        owner=_ENGINEERING,
        pinned=True,
        holds=f"ARRAY({staged}) = ARRAY[{declared}]",
    )


def _not_empty(table: Table) -> Rule:
    return TableCondition(
        table=table.name,
        name="not_empty",
        what=f"{table.name} has at least one row.",
        reason="Every load reads the table whole: read empty, it would mark every member of its dimension deleted.",
        remedy="Find out why the source's table is empty: a restore under way, or a missing grant. Load again when it is filled.",
        owner=_ENGINEERING,
        holds=f'EXISTS (SELECT FROM stg."{table.name}")',
    )


def _usual_volume(table: Table) -> Rule:
    return UsualVolume(
        table=table.name,
        name="usual_volume",
        what=f"{table.name} brings from half of the fewest to twice the most rows of the last {LOADS_COMPARED} loads like this one.",
        reason="Far fewer rows point to a source that stopped or was restored in part, far more to one job that rewrote everything."
        " A sale can do it too: hence a warning.",
        remedy="Ask what happened in the order system since the last load. If nothing did, load with --full and compare.",
        owner=_ENGINEERING,
    )


def _key_rules(table: Table) -> Iterator[Rule]:
    reason = "The key is the source's primary key: if it is missing or repeated, the extract is broken, and its rows cannot be named."
    remedy = "Read the table again from the source; if the rows came from files, export them again."
    yield NotNull(
        table=table.name,
        name=f"{table.key}_not_null",
        column=table.key,
        what=f"Every row has its key {table.key}.",
        reason=reason,
        remedy=remedy,
        owner=_ENGINEERING,
        severity=Severity.CRITICAL_TABLE,
        pinned=True,
    )
    yield Unique(
        table=table.name,
        name=f"{table.key}_unique",
        column=table.key,
        what=f"No two rows share a {table.key}.",
        reason=reason,
        remedy=remedy,
        owner=_ENGINEERING,
        severity=Severity.CRITICAL_TABLE,
        pinned=True,
    )


def _not_null(table: Table, column: Column) -> Rule:
    is_date = isinstance(column.type, Date | LocalDatetime | Timestamp)
    impossible_dates = " A date that no calendar has, such as 0000-00-00 or 31 February, arrives empty." if is_date else ""
    return NotNull(
        table=table.name,
        name=f"{column.name}_not_null",
        column=column.name,
        what=f"{column.name} is filled: {_uncapitalized(column.meaning)}.",
        reason=f"The contract with the source promises a value.{impossible_dates}",
        remedy=f"Fill {column.name} in the source's row{', with a date that exists' if is_date else ''}.",
        owner=_STEWARD,
    )


def _domain(table: Table, column: Column) -> Iterator[Rule]:
    """The source type's bounds: a file's rows never passed through MySQL."""
    reason = "The source's type cannot hold such a value: the schema changed, or a file was damaged."
    remedy = "Compare the column's type in the source with the catalogue; if the rows came from files, export them again."
    match column.type:
        case Text(length=length):
            yield MaxLength(
                table=table.name,
                name=f"{column.name}_length",
                column=column.name,
                most=length,
                what=f"{column.name} is no longer than {length} characters.",
                reason=reason,
                remedy=remedy,
                owner=_ENGINEERING,
                severity=Severity.WARNING,
            )
        case Integer(bits=bits, unsigned=unsigned) if unsigned or bits == 8:
            least, most = (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
            yield Between(
                table=table.name,
                name=f"{column.name}_domain",
                column=column.name,
                least=least,
                most=most,
                what=f"{column.name} lies between {least} and {most}.",
                reason=reason,
                remedy=remedy,
                owner=_ENGINEERING,
            )


def _known(table: Table, column: str, parent: Table, dimension: Dimension | None) -> Iterator[Rule]:
    """No rule if the parent is read in part and not kept."""
    if parent.reading is Reading.WITH_ORDER:
        yield References(
            table=table.name,
            name=f"{column}_known",
            column=column,
            parent=parent.name,
            parent_key=parent.key,
            what=f"{column} names a row of {parent.name} in the same batch.",
            reason="Without its order the row has no date, customer or region, and cannot be counted anywhere.",
            remedy="Restore the order in the source, or delete the row.",
            owner=_ORDER_DESK,
        )
    elif dimension:
        yield _known_member(
            table,
            column,
            parent,
            dimension=dimension.name,
            what=f"{column} names a row of {parent.name}, in this batch or released before.",
            reason="The figures are right, but reports show them under a member known by its key alone"
            f" until the row of {parent.name} comes.",
        )
    elif parent.reading is Reading.WHOLE:
        yield _known_member(
            table,
            column,
            parent,
            what=f"{column} names a row of {parent.name}.",
            reason=f"What {parent.name} tells of the row is lost.",
        )


def _known_member(table: Table, column: str, parent: Table, *, what: str, reason: str, dimension: str | None = None) -> Rule:
    return References(
        table=table.name,
        name=f"{column}_known",
        column=column,
        parent=parent.name,
        parent_key=parent.key,
        dimension=dimension,
        what=what,
        reason=reason,
        remedy=f"Add the missing row to {parent.name} in the source, or correct {column}.",
        owner=_STEWARD,
        severity=Severity.WARNING,
    )


def _uncapitalized(text: str) -> str:
    return text[:1].lower() + text[1:]
