"""The rendered SQL of dimensions."""

from techmarket.db.quoting import quote_literal
from techmarket.db.rendering import RENDERED, below, dwh_table, equal, in_parentheses, name_in_postgres, names
from techmarket.model.star_schema import Computed, Dimension, Member, Star

_REQUESTED_KEYS = "-- Needs: stg.requested_keys from staging/write_requested_keys.sql."


def mark_deleted(star: Star, dimension: Dimension) -> str:
    """Mark members that the source, read whole, no longer has."""
    table, source = dwh_table(dimension.name), f"stg.{name_in_postgres(dimension.source)}"
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


def mark_requested_deleted(star: Star, dimension: Dimension) -> str:
    """Mark members that the source no longer has among the requested keys."""
    table, source = dwh_table(dimension.name), f"stg.{name_in_postgres(dimension.source)}"
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
    FROM stg.requested_keys AS requested
    INNER JOIN {table} AS d ON requested.source_key = d.{source_key}
    LEFT JOIN {source} AS s ON requested.source_key = s.{source_key}
    WHERE requested.table_name = {quote_literal(dimension.source)} AND s.{source_key} IS NULL AND NOT d.is_inferred AND NOT d.is_deleted
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


def infer(star: Star, dimension: Dimension) -> str:
    """Add a member for every unknown key in accepted rows."""
    table, key = dwh_table(dimension.name), name_in_postgres(star.source_key(dimension))
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
INSERT INTO {table} {in_parentheses(names(values))}
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


def certify_dimensions(star: Star) -> str:
    """Count the accepted rows that feed a dimension."""
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
INNER JOIN {dwh_table(dimension.name)} AS d ON {equal("s", "d", [star.source_key(dimension)])}
WHERE NOT d.is_inferred AND NOT d.is_deleted
"""
