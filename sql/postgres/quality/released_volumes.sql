-- How many rows of each table the newest comparable loads read, among the released ones.
-- For a table that is read whole, all loads that read it whole are comparable.
-- For other tables, incremental loads that cover half to twice the time of this one are; their rows are scaled to its time.
-- Grain: one row a table with enough comparable loads. Key: table_name.
-- Binds: batch_id, enough, following, loads, searched, whole.
WITH released AS (
    SELECT
        batch_id,
        mode,
        counts,
        horizon,
        extract(EPOCH FROM horizon - lag(horizon) OVER (ORDER BY batch_id)) AS span
    FROM dwh.load_batches
    WHERE status = 'released' AND mode = any(:following) AND batch_id < :batch_id
    ORDER BY batch_id DESC
    LIMIT :searched
),

in_hand AS (
    SELECT
        batches.mode,
        extract(EPOCH FROM clock_timestamp() - (SELECT max(released.horizon) FROM released)) AS span
    FROM dwh.load_batches AS batches
    WHERE batches.batch_id = :batch_id
),

alike AS (
    SELECT
        counted.key AS table_name,
        CASE
            WHEN counted.key = any(:whole) OR in_hand.mode = 'full' THEN cast(counted.value AS numeric)
            ELSE cast(counted.value AS numeric) * in_hand.span / released.span
        END AS staged,
        row_number() OVER (PARTITION BY counted.key ORDER BY released.batch_id DESC) AS age
    FROM released
    CROSS JOIN in_hand
    CROSS JOIN LATERAL jsonb_each_text(released.counts) AS counted
    WHERE
        counted.key = any(:whole)
        OR (in_hand.mode = 'full' AND released.mode = 'full')
        OR (
            in_hand.mode = 'incremental' AND released.mode = 'incremental'
            AND released.span BETWEEN in_hand.span / 2 AND in_hand.span * 2
        )
)

SELECT
    table_name,
    count(*) AS loads,
    min(staged) AS fewest,
    max(staged) AS most
FROM alike
WHERE age <= :loads
GROUP BY table_name
HAVING count(*) >= :enough;
