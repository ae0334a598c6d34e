"""The rendered SQL of aggregates."""

from collections.abc import Iterable, Iterator

from techmarket.db.quoting import quote_literal
from techmarket.db.rendering import RENDERED, below, dwh_table, equal, filled, in_parentheses, name_in_postgres, names, select
from techmarket.model.star_schema import CALENDAR, DAY_KEY, MONTH, Aggregate, Fact, Star


def analyze_aggregates(star: Star) -> str:
    """Collect statistics of the aggregates."""
    return f"""\
-- Collects statistics of the aggregates after a load that computed all of them, for the plans of the marts.
{RENDERED}
ANALYZE
{filled(dwh_table(aggregate.name) for aggregate in star.aggregates)};
"""


def write_cells(star: Star, aggregate: Aggregate) -> str:
    """The second half of ``refresh.sql``: write the cells that differ."""
    table, changed = dwh_table(aggregate.name), name_in_postgres(f"changed_{aggregate.name}")
    rows = name_in_postgres(star.fact_below(aggregate).rows)
    cell = [f"coalesce(fresh.{name}, was.{name}) AS {name}" for name in names(aggregate.grain)]
    columns = star.columns_of(aggregate)
    return f"""\
-- A full join: without a cell on the left it is gone, on the right it is new.
SELECT
{below([*cell, *names(aggregate.measures, of="fresh")])}
FROM fresh
FULL JOIN was ON {equal("fresh", "was", aggregate.grain)}
WHERE
    {in_parentheses(names(aggregate.measures, of="was"), indent=4)}
    IS DISTINCT FROM {in_parentheses(names(aggregate.measures, of="fresh"), indent=4)};

MERGE INTO {table} AS a
USING {changed} AS changed
    ON {equal("a", "changed", aggregate.grain)}
WHEN MATCHED AND changed.{rows} IS NULL THEN
    DELETE
WHEN MATCHED THEN
    UPDATE SET
{below((f"{name} = changed.{name}" for name in names(aggregate.measures)), indent=8)}
WHEN NOT MATCHED THEN
    INSERT {in_parentheses(names(columns), indent=4)}
    VALUES {in_parentheses(names(columns, of="changed"), indent=4)};
"""


def certify_aggregates(star: Star) -> str:
    """``certificate/aggregates.sql`` without the query of the touched cells."""
    queries: dict[str, str] = {}
    controls: list[str] = []
    for aggregate in star.aggregates:
        found = name_in_postgres(aggregate.name)
        alike = [other for other in star.aggregates if _scope(other) == _scope(aggregate)]
        expected = name_in_postgres(f"{aggregate.control}_for_{alike[0].name}")
        compared = dict.fromkeys(name for other in alike for name in other.controls)
        queries[expected] = _sums_of_touched(star, aggregate, aggregate.control, compared)
        queries[found] = _sums_of_touched(star, aggregate, aggregate.name, aggregate.controls)
        for name in aggregate.controls:
            column = name_in_postgres(name)
            controls.append(f"({quote_literal(f'{aggregate.name}.{name}')}, {expected}.{column}, {found}.{column})")
    first, *others = queries
    crossed = "\n".join([f"FROM {first}", *(f"CROSS JOIN {name}" for name in others)])
    ctes = ",\n\n".join(f"{name} AS (\n{query}\n)" for name, query in queries.items())
    return f"""\
{ctes}

SELECT
    control.measure,
    coalesce(control.expected, 0) AS expected,
    coalesce(control.found, 0) AS found
{crossed}
CROSS JOIN LATERAL (
    VALUES
{below(controls)}
) AS control (measure, expected, found);
"""


def _scope(aggregate: Aggregate) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    """Aggregates of one scope share the query that reads their rows."""
    return aggregate.control, aggregate.touched, aggregate.touched_by, aggregate.narrowed_by


def _sums_of_touched(star: Star, aggregate: Aggregate, table: str, controls: Iterable[str]) -> str:
    summed = next(other for other in star.tables if other.name == table)
    columns = star.columns_of(summed)
    sums = [
        f"count(*) AS {name}" if isinstance(summed, Fact) and name == summed.rows else f"sum(a.{name}) AS {name}"
        for name in names(controls)
    ]
    by_calendar = MONTH in aggregate.touched_by and MONTH not in columns
    calendar = f"    INNER JOIN {dwh_table(CALENDAR)} AS d ON touched.{MONTH} = d.{MONTH}\n" if by_calendar else ""
    by = [f"touched.{name} = a.{name}" for name in names(aggregate.touched_by) if not (by_calendar and name == MONTH)]
    joined = " AND ".join([f"d.{DAY_KEY} = a.{DAY_KEY}", *by] if by_calendar else by)
    return f"""\
{select(sums, indent=4)}
    FROM {aggregate.touched} AS touched
{calendar}    INNER JOIN {dwh_table(table)} AS a ON {joined}{"".join(_narrowed(aggregate, columns))}"""


def _narrowed(aggregate: Aggregate, columns: Iterable[str]) -> Iterator[str]:
    if not aggregate.narrowed_by:
        return
    by_name = MONTH in columns
    cells = [f"a.{DAY_KEY} / 100" if name == MONTH and not by_name else f"a.{name}" for name in names(aggregate.narrowed_by)]
    month = f"named.{MONTH}" if by_name else f"t.{DAY_KEY} / 100 AS month_key"
    touched = [month if name == MONTH else f"t.{name}" for name in names(aggregate.narrowed_by)]
    yield f"""
    WHERE
        :is_whole
        OR {in_parentheses(cells)} IN (
{select(touched, indent=12)}
            FROM stg.touched_categories AS t"""
    if MONTH in aggregate.narrowed_by and by_name:
        yield f"\n            INNER JOIN {dwh_table(CALENDAR)} AS named ON t.{DAY_KEY} = named.{DAY_KEY}"
    yield "\n        )"
