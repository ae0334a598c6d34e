"""The SQL of a release that repeats itself from table to table: rendered from the star into ``sql/postgres/release``.

A file is rendered as a whole, or from a marker on where a query by hand comes first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from techmarket.db.quoting import quote_literal
from techmarket.db.rendering import RENDERED, below, filled, in_parentheses, name_in_postgres, select, with_rendered_part
from techmarket.db.sql import read_sql
from techmarket.model.catalog import Reading
from techmarket.model.star_schema import CALENDAR, DAY_KEY, MONTH, ORDER_KEY, ORDERS, Aggregate, Computed, Dimension, Fact, Member, Star

_LONG = 100
_REQUESTED_KEYS = "-- Needs: stg.asked_keys from staging/write_asked_keys.sql."


def release_files(star: Star) -> Mapping[str, Callable[[], str]]:
    """What renders each file, by its name below ``sql/postgres``."""
    whole: dict[str, Callable[[], str]] = {
        "release/analyze_star.sql": partial(_analyze_star, star),
        "release/analyze_aggregates.sql": partial(_analyze_aggregates, star),
        "release/certificate/dimensions.sql": partial(_certify_dimensions, star),
    }
    for dimension in star.dimensions:
        whole[f"release/{dimension.name}/mark_deleted.sql"] = partial(_mark_deleted, star, dimension)
        if star.naming_columns(dimension):
            whole[f"release/{dimension.name}/infer.sql"] = partial(_infer, star, dimension)
        if star.catalog[dimension.source].reading is not Reading.WHOLE:
            whole[f"release/{dimension.name}/mark_asked_deleted.sql"] = partial(_mark_asked_deleted, star, dimension)
    for fact in star.facts:
        whole[f"release/{fact.name}/is_empty.sql"] = partial(_is_empty, fact)
        whole[f"release/{fact.name}/count_rows.sql"] = partial(_count_rows, fact)
        whole[f"release/certificate/{fact.source}.sql"] = partial(_certify_staged, star, fact)
        whole[f"release/certificate/{fact.name}.sql"] = partial(_certify_released, star, fact)
        if "remove" not in fact.by_hand:
            whole[f"release/{fact.name}/remove.sql"] = partial(_remove, star, fact)
    in_part: dict[str, Callable[[], str]] = {
        "release/dim_date/missing_years.sql": partial(_days_to_release, star),
        **{f"release/{aggregate.name}/refresh.sql": partial(_write_cells, star, aggregate) for aggregate in star.aggregates},
        "release/certificate/aggregates.sql": partial(_certify_aggregates, star),
    }
    return whole | {file: partial(_in_part, file, part) for file, part in in_part.items()}


def _in_part(file: str, part: Callable[[], str]) -> str:
    return with_rendered_part(read_sql(f"postgres/{file}"), part())


def _table(table: str) -> str:
    return f"dwh.{name_in_postgres(table)}"


def _names(columns: Iterable[str], of: str | None = None) -> list[str]:
    return [f"{of}.{name_in_postgres(column)}" if of else name_in_postgres(column) for column in columns]


def _equal(one: str, other: str, columns: Iterable[str]) -> str:
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in _names(columns))


# Dimensions ------------------------------------------------------------------------------------------------------------


def _mark_deleted(star: Star, dimension: Dimension) -> str:
    table, source = _table(dimension.name), f"stg.{name_in_postgres(dimension.source)}"
    key, source_key = name_in_postgres(dimension.key), name_in_postgres(star.source_key(dimension))
    return f"""\
-- Marks the members of {table} as deleted that the source, read whole, no longer has. A rejected row counts as present.
-- Returns how many members there were, and how many of them the source lacks.
{RENDERED}
-- Grain: one row a member. Key: {key}.
-- Binds: batch_id.
WITH standing AS (
    -- A left join without a match: the source no longer has the row.
    SELECT
        d.{key},
        s.{source_key} IS NULL AS is_missing
    FROM {table} AS d
    LEFT JOIN {source} AS s ON d.{source_key} = s.{source_key}
    WHERE d.{key} <> 0 AND NOT d.is_inferred AND NOT d.is_deleted
),

marked AS (
    UPDATE {table} AS d
    SET
        is_deleted = TRUE,
        batch_id = :batch_id
    FROM standing
    WHERE d.{key} = standing.{key} AND standing.is_missing
)

SELECT
    count(*) AS standing,
    count(*) FILTER (WHERE standing.is_missing) AS missing
FROM standing;
"""


def _mark_asked_deleted(star: Star, dimension: Dimension) -> str:
    table, source = _table(dimension.name), f"stg.{name_in_postgres(dimension.source)}"
    key, source_key = name_in_postgres(dimension.key), name_in_postgres(star.source_key(dimension))
    return f"""\
-- Marks the members of {table} as deleted that the source no longer has among the requested keys.
-- A rejected row counts as present. Returns how many of them the source lacks and, if any, how many members there were.
{RENDERED}
-- Grain: one row a member. Key: {key}.
-- Binds: batch_id.
{_REQUESTED_KEYS}
WITH missing AS (
    -- A left join without a match: the source no longer has the row.
    SELECT d.{key}
    FROM stg.asked_keys AS asked
    INNER JOIN {table} AS d ON asked.source_key = d.{source_key}
    LEFT JOIN {source} AS s ON asked.source_key = s.{source_key}
    WHERE asked.table_name = {quote_literal(dimension.source)} AND s.{source_key} IS NULL AND NOT d.is_inferred AND NOT d.is_deleted
),

marked AS (
    UPDATE {table} AS d
    SET
        is_deleted = TRUE,
        batch_id = :batch_id
    FROM missing
    WHERE d.{key} = missing.{key}
)

SELECT
    CASE WHEN count(*) = 0 THEN 0 ELSE (
        SELECT count(*)
        FROM {table} AS d
        WHERE d.{key} <> 0 AND NOT d.is_inferred AND NOT d.is_deleted
    ) END AS standing,
    count(*) AS missing
FROM missing;
"""


def _infer(star: Star, dimension: Dimension) -> str:
    table, key = _table(dimension.name), name_in_postgres(star.source_key(dimension))
    values = {
        star.source_key(dimension): f"unknown.{key}",
        **dict.fromkeys(dimension.labels, f"'(not loaded: ' || unknown.{key} || ')'"),
        **{column.name: "0" for column in dimension.columns if isinstance(column, Member)},
        **{column.name: column.inferred for column in dimension.columns if isinstance(column, Computed) and column.inferred},
        "is_inferred": "TRUE",
        "batch_id": ":batch_id",
    }
    selected = [value if value == f"unknown.{key}" else f"{value} AS {name_in_postgres(name)}" for name, value in values.items()]
    naming = [
        f"SELECT {name_in_postgres(column)}{'' if column == star.source_key(dimension) else f' AS {key}'}"
        f" FROM stg.{name_in_postgres('accepted_' + source)}"
        for source, column in star.naming_columns(dimension)
    ]
    return f"""\
-- Adds a member for every key of {dimension.source} that an accepted row names and {table} lacks.
{RENDERED}
-- Grain: one row a member. Key: {key}.
-- Binds: batch_id.
INSERT INTO {table} {in_parentheses(_names(values))}
SELECT
{below(selected)}
FROM (
    SELECT DISTINCT named.{key}
    FROM (
{below(naming, indent=8, by=f"{chr(10)}        UNION ALL")}
    ) AS named
    WHERE
        named.{key} IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM {table} AS d
            WHERE d.{key} = named.{key}
        )
) AS unknown;
"""


def _certify_dimensions(star: Star) -> str:
    return f"""\
-- How many accepted rows of each table that feeds a dimension this load merged, and how many are unchanged.
{RENDERED}
-- Grain: one row a source table. Key: table_name.
-- Binds: batch_id.
{f"UNION ALL{chr(10)}".join(_certify_dimension(star, dimension) for dimension in star.dimensions)[:-1]};
"""


def _certify_dimension(star: Star, dimension: Dimension) -> str:
    return f"""\
SELECT
    {quote_literal(dimension.source)} AS table_name,
    count(*) FILTER (WHERE d.batch_id = :batch_id) AS merged,
    count(*) FILTER (WHERE d.batch_id <> :batch_id) AS unchanged,
    0 AS excluded
FROM stg.{name_in_postgres("accepted_" + dimension.source)} AS s
INNER JOIN {_table(dimension.name)} AS d ON {_equal("s", "d", [star.source_key(dimension)])}
WHERE NOT d.is_inferred AND NOT d.is_deleted
"""


# Facts -----------------------------------------------------------------------------------------------------------------


def _days_to_release(star: Star) -> str:
    columns = dict.fromkeys(star.source_column(fact, day)[0:2] for fact in star.facts for day in fact.days)
    days = [
        f"SELECT cast({name_in_postgres(column.name)} AS date) AS full_date FROM stg.{name_in_postgres('accepted_' + source)}"
        for source, column in columns
    ]
    return f"""\
WITH days AS (
{below(days, by=f"{chr(10)}    UNION ALL")}
),

"""


def _is_empty(fact: Fact) -> str:
    return f"""\
-- Whether {_table(fact.name)} has no row.
{RENDERED}
-- Grain: one row.
SELECT NOT EXISTS (SELECT FROM {_table(fact.name)}) AS is_empty;
"""


def _count_rows(fact: Fact) -> str:
    return f"""\
-- The number of rows of {_table(fact.name)}, counted up to a limit; NULL is no limit.
-- It does not matter which rows are counted, so they need no order.
{RENDERED}
-- Grain: one row.
-- Binds: enough.
SELECT count(*) AS row_count
FROM (SELECT FROM {_table(fact.name)} LIMIT cast(:enough AS bigint)) AS f; -- noqa: AM09
"""


def _remove(star: Star, fact: Fact) -> str:
    table, source = _table(fact.name), name_in_postgres(fact.source)
    key, gone = name_in_postgres(star.source_key(fact)), name_in_postgres(fact.name.replace("fact_", "gone_", 1))
    no_sale = f"""\
-- The order's status is no longer recognised.
SELECT
    f.{key},
    FALSE AS is_missing
FROM stg.accepted_orders AS o
INNER JOIN stg.{name_in_postgres("accepted_" + fact.source)} AS s ON o.order_id = s.order_id
INNER JOIN {table} AS f ON s.{key} = f.{key}
WHERE NOT o.status = any(:recognised)
UNION ALL
"""
    return f"""\
-- Removes rows from {table} before the merge; returns how many, and how many of them the source lacks.
-- It removes rows that an accepted order no longer has, and rows that moved away from an order which was not read.
-- It removes rows of orders that the source no longer has, among the requested keys or, read whole, at all.
-- A rejected row counts as present: what was released of it is kept.
{RENDERED}
-- Grain: one row of the fact. Key: {key}.
-- Binds: is_whole{", recognised" if fact.only_recognised else ""}.
{_REQUESTED_KEYS}
CREATE TEMPORARY TABLE {gone} ON COMMIT DROP AS
{no_sale if fact.only_recognised else ""}\
-- A left join without a match: the source no longer has the row.
SELECT
    f.{key},
    s.{key} IS NULL AS is_missing
FROM stg.accepted_orders AS o
INNER JOIN {table} AS f ON o.order_id = f.order_id
LEFT JOIN stg.{source} AS s ON f.{key} = s.{key}
WHERE s.order_id IS DISTINCT FROM f.order_id
UNION ALL
-- A left join without a match: the order was not read, so none of its rows is in quarantine. It keeps its rows, except those whose
-- staged row names another order. That other order may be held.
SELECT
    f.{key},
    FALSE AS is_missing
FROM stg.{source} AS s
INNER JOIN {table} AS f ON s.{key} = f.{key}
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
WHERE NOT :is_whole AND o.order_id IS NULL AND s.order_id IS DISTINCT FROM f.order_id
UNION ALL
-- Left joins without a match: the order is among the requested keys and the source no longer has it, and its row is not staged.
SELECT
    f.{key},
    TRUE AS is_missing
FROM stg.asked_keys AS asked
INNER JOIN {table} AS f ON asked.source_key = f.order_id
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
LEFT JOIN stg.{source} AS s ON f.{key} = s.{key}
WHERE NOT :is_whole AND asked.table_name = 'orders' AND o.order_id IS NULL AND s.{key} IS NULL
UNION ALL
-- A left join without a match: the source no longer has the order.
SELECT
    f.{key},
    TRUE AS is_missing
FROM {table} AS f
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
WHERE :is_whole AND o.order_id IS NULL;

WITH removed AS (
    DELETE FROM {table} AS f
    USING {gone} AS gone
    WHERE f.{key} = gone.{key}
    RETURNING f.{key}, gone.is_missing
)

SELECT
    count(*) AS removed,
    count(*) FILTER (WHERE removed.is_missing) AS missing
FROM removed;
"""


def _certify_staged(star: Star, fact: Fact) -> str:
    fact_name, source = name_in_postgres(fact.name), name_in_postgres(fact.source)
    recognised = " FILTER (WHERE orders.status = any(:recognised))" if fact.only_recognised else ""
    excluded = "count(*) FILTER (WHERE NOT orders.status = any(:recognised))" if fact.only_recognised else "0"
    counts = [
        f"count(*) FILTER (WHERE {fact_name}.batch_id = :batch_id) AS merged",
        f"count(*) FILTER (WHERE {fact_name}.batch_id <> :batch_id) AS unchanged",
        f"{excluded} AS excluded",
        f"count(*){recognised} AS {name_in_postgres(fact.rows)}",
    ]
    sums = []
    for measure in fact.measures:
        # A row that is not released has nothing of the fact to add.
        only = "" if fact.name in dict(measure.named_columns) else recognised
        is_long = len(measure.expression) + len(only) > _LONG
        summed = f"(\n        {measure.expression}\n    )" if is_long else f"({measure.expression})"
        sums.append(f"sum{summed}{only} AS {name_in_postgres(measure.name)}")
    needs_orders = fact.only_recognised or any(ORDERS in dict(measure.named_columns) for measure in fact.measures)
    with_orders = f"INNER JOIN stg.accepted_orders AS orders ON {source}.order_id = orders.order_id\n" if needs_orders else ""
    return f"""\
-- How many accepted rows of {fact.source} were merged, unchanged or excluded, and the control sums that {_table(fact.name)} must have.
-- The sums come from the staged columns, unless a measure has a price that the fact alone has kept.
-- A left join without a match: the row was not released.
{RENDERED}
-- Grain: one row.
-- Binds: batch_id{", recognised" if fact.only_recognised else ""}.
SELECT
{below([*counts, *sums])}
FROM stg.{name_in_postgres("accepted_" + fact.source)} AS {source}
{with_orders}LEFT JOIN {_table(fact.name)} ON {_equal(source, fact_name, (star.source_key(fact), ORDER_KEY))};
"""


def _certify_released(star: Star, fact: Fact) -> str:
    sums = [f"sum(f.{name}) AS {name}" for name in _names(measure.name for measure in fact.measures)]
    key_type = star.catalog[fact.source][star.source_key(fact)].type.postgres
    without_rejected = f"""
WHERE
    NOT EXISTS (
        SELECT FROM stg.batch_rejects AS r
        WHERE r.table_name = {quote_literal(fact.source)} AND cast(r.row_key AS {key_type}) = f.{name_in_postgres(star.source_key(fact))}
    )"""
    rejected = "" if fact.holds_order else ", without rows that are rejected now"
    needs = "" if fact.holds_order else "-- Needs: stg.batch_rejects from quarantine/hold_orders.sql.\n"
    return f"""\
-- The control sums of all released rows of accepted orders, from {_table(fact.name)} alone{rejected}.
{RENDERED}
-- Grain: one row.
{needs}SELECT
{below([f"count(*) AS {name_in_postgres(fact.rows)}", *sums])}
FROM stg.accepted_orders AS o
INNER JOIN {_table(fact.name)} AS f ON o.order_id = f.order_id{"" if fact.holds_order else without_rejected};
"""


def _analyze_star(star: Star) -> str:
    tables = [_table(name) for name in (CALENDAR, *(table.name for table in star.sourced))]
    return f"""\
-- Collects statistics of dimensions and facts after a full load, for the certificate's joins and the analysts' queries.
{RENDERED}
ANALYZE
{filled(tables)};
"""


# Aggregates ------------------------------------------------------------------------------------------------------------


def _analyze_aggregates(star: Star) -> str:
    return f"""\
-- Collects statistics of the aggregates after a load that computed all of them, for the plans of the marts.
{RENDERED}
ANALYZE
{filled(_table(aggregate.name) for aggregate in star.aggregates)};
"""


def _write_cells(star: Star, aggregate: Aggregate) -> str:
    table, changed = _table(aggregate.name), name_in_postgres(f"changed_{aggregate.name}")
    rows = name_in_postgres(star.fact_below(aggregate).rows)
    cell = [f"coalesce(fresh.{name}, was.{name}) AS {name}" for name in _names(aggregate.grain)]
    columns = star.columns_of(aggregate)
    return f"""\
-- A full join: without a cell on the left it is gone, on the right it is new.
SELECT
{below([*cell, *_names(aggregate.measures, of="fresh")])}
FROM fresh
FULL JOIN was ON {_equal("fresh", "was", aggregate.grain)}
WHERE
    {in_parentheses(_names(aggregate.measures, of="was"), indent=4)}
    IS DISTINCT FROM {in_parentheses(_names(aggregate.measures, of="fresh"), indent=4)};

MERGE INTO {table} AS a
USING {changed} AS changed
    ON {_equal("a", "changed", aggregate.grain)}
WHEN MATCHED AND changed.{rows} IS NULL THEN
    DELETE
WHEN MATCHED THEN
    UPDATE SET
{below((f"{name} = changed.{name}" for name in _names(aggregate.measures)), indent=8)}
WHEN NOT MATCHED THEN
    INSERT {in_parentheses(_names(columns), indent=4)}
    VALUES {in_parentheses(_names(columns, of="changed"), indent=4)};
"""


def _certify_aggregates(star: Star) -> str:
    queries: dict[str, str] = {}
    controls: list[str] = []
    for aggregate in star.aggregates:
        found = name_in_postgres(aggregate.name)
        alike = [other for other in star.aggregates if _scope(other) == _scope(aggregate)]
        expected = name_in_postgres(f"{aggregate.control}_for_{alike[0].name}")
        names = dict.fromkeys(name for other in alike for name in other.controls)
        queries[expected] = _sums_of_touched(star, aggregate, aggregate.control, names)
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
    """Aggregates that are compared with the same rows share the query that reads them."""
    return aggregate.control, aggregate.touched, aggregate.touched_by, aggregate.narrowed_by


def _sums_of_touched(star: Star, aggregate: Aggregate, table: str, controls: Iterable[str]) -> str:
    """The control sums of the touched cells of an aggregate, or of what they are compared with."""
    summed = next(other for other in star.tables if other.name == table)
    columns = star.columns_of(summed)
    sums = [
        f"count(*) AS {name}" if isinstance(summed, Fact) and name == summed.rows else f"sum(a.{name}) AS {name}"
        for name in _names(controls)
    ]
    by_calendar = MONTH in aggregate.touched_by and MONTH not in columns
    calendar = f"    INNER JOIN {_table(CALENDAR)} AS d ON touched.{MONTH} = d.{MONTH}\n" if by_calendar else ""
    by = [f"touched.{name} = a.{name}" for name in _names(aggregate.touched_by) if not (by_calendar and name == MONTH)]
    joined = " AND ".join([f"d.{DAY_KEY} = a.{DAY_KEY}", *by] if by_calendar else by)
    return f"""\
{select(sums, indent=4)}
    FROM {aggregate.touched} AS touched
{calendar}    INNER JOIN {_table(table)} AS a ON {joined}{"".join(_narrowed(aggregate, columns))}"""


def _narrowed(aggregate: Aggregate, columns: Iterable[str]) -> Iterator[str]:
    """The condition by which an incremental load looks at the touched categories alone."""
    if not aggregate.narrowed_by:
        return
    by_name = MONTH in columns
    cells = [f"a.{DAY_KEY} / 100" if name == MONTH and not by_name else f"a.{name}" for name in _names(aggregate.narrowed_by)]
    month = f"named.{MONTH}" if by_name else f"t.{DAY_KEY} / 100 AS month_key"
    touched = [month if name == MONTH else f"t.{name}" for name in _names(aggregate.narrowed_by)]
    yield f"""
    WHERE
        :is_whole
        OR {in_parentheses(cells)} IN (
{select(touched, indent=12)}
            FROM stg.touched_categories AS t"""
    if MONTH in aggregate.narrowed_by and by_name:
        yield f"\n            INNER JOIN {_table(CALENDAR)} AS named ON t.{DAY_KEY} = named.{DAY_KEY}"
    yield "\n        )"
