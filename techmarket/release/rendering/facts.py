"""The rendered SQL of facts."""

from techmarket.db.quoting import quote_literal
from techmarket.db.rendering import RENDERED, below, dwh_table, equal, filled, name_in_postgres, names
from techmarket.model.star_schema import CALENDAR, DAY_KEY, ORDER_KEY, ORDERS, Fact, Star

_LONG = 100
_REQUESTED_KEYS = "-- Needs: stg.requested_keys from staging/write_requested_keys.sql."


def days_to_release(star: Star) -> str:
    """The first query of ``missing_years.sql``."""
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


def is_empty(fact: Fact) -> str:
    """Whether a fact has no row."""
    return f"""\
-- Whether {dwh_table(fact.name)} has no row.
{RENDERED}
-- Grain: one row.
SELECT NOT EXISTS (SELECT FROM {dwh_table(fact.name)}) AS is_empty;
"""


def count_rows(fact: Fact) -> str:
    """Count up to a limit."""
    return f"""\
-- The number of rows of {dwh_table(fact.name)}, counted up to a limit; NULL is no limit.
-- It does not matter which rows are counted, so they need no order.
{RENDERED}
-- Grain: one row.
-- Binds: enough.
SELECT count(*) AS row_count
FROM (SELECT FROM {dwh_table(fact.name)} LIMIT cast(:enough AS bigint)) AS f; -- noqa: AM09
"""


def count_replaced(star: Star, fact: Fact) -> str:
    """Count rows whose key names another row now."""
    key = name_in_postgres(star.source_key(fact))
    day_source, day = star.source_column(fact, fact.days[0])
    of_day = "s" if day_source == fact.source else "o"
    with_orders = "INNER JOIN stg.accepted_orders AS o ON s.order_id = o.order_id\n" if of_day == "o" else ""
    return f"""\
-- How many rows of {dwh_table(fact.name)} have another day in the source: under their keys are other rows, unless somebody corrected a day.
{RENDERED}
-- Grain: one row.
SELECT count(*) AS replaced
FROM stg.{name_in_postgres("accepted_" + fact.source)} AS s
{with_orders}INNER JOIN {dwh_table(fact.name)} AS f ON s.{key} = f.{key}
WHERE f.{DAY_KEY} <> cast(to_char({of_day}.{name_in_postgres(day.name)}, 'YYYYMMDD') AS integer);
"""


def remove(star: Star, fact: Fact) -> str:
    """Remove rows that an accepted order, or the source, no longer has."""
    table, source = dwh_table(fact.name), name_in_postgres(fact.source)
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
FROM stg.requested_keys AS requested
INNER JOIN {table} AS f ON requested.source_key = f.order_id
LEFT JOIN stg.orders AS o ON f.order_id = o.order_id
LEFT JOIN stg.{source} AS s ON f.{key} = s.{key}
WHERE NOT :is_whole AND requested.table_name = 'orders' AND o.order_id IS NULL AND s.{key} IS NULL
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


def certify_staged(star: Star, fact: Fact) -> str:
    """Count and sum the accepted rows."""
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
-- How many accepted rows of {fact.source} were merged, unchanged or excluded, and the control sums that {dwh_table(fact.name)} must have.
-- The sums come from the staged columns, unless a measure has a price that the fact alone has kept.
-- A left join without a match: the row was not released.
{RENDERED}
-- Grain: one row.
-- Binds: batch_id{", recognised" if fact.only_recognised else ""}.
SELECT
{below([*counts, *sums])}
FROM stg.{name_in_postgres("accepted_" + fact.source)} AS {source}
{with_orders}LEFT JOIN {dwh_table(fact.name)} ON {equal(source, fact_name, (star.source_key(fact), ORDER_KEY))};
"""


def certify_released(star: Star, fact: Fact) -> str:
    """Sum the fact's rows."""
    sums = [f"sum(f.{name}) AS {name}" for name in names(measure.name for measure in fact.measures)]
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
-- The control sums of all released rows of accepted orders, from {dwh_table(fact.name)} alone{rejected}.
{RENDERED}
-- Grain: one row.
{needs}SELECT
{below([f"count(*) AS {name_in_postgres(fact.rows)}", *sums])}
FROM stg.accepted_orders AS o
INNER JOIN {dwh_table(fact.name)} AS f ON o.order_id = f.order_id{"" if fact.holds_order else without_rejected};
"""


def analyze_star(star: Star) -> str:
    """Collect statistics of dimensions and facts."""
    tables = [dwh_table(name) for name in (CALENDAR, *(table.name for table in star.sourced))]
    return f"""\
-- Collects statistics of dimensions and facts after a full load, for the certificate's joins and the analysts' queries.
{RENDERED}
ANALYZE
{filled(tables)};
"""
