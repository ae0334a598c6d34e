-- Purpose: how many rows of each table the newest released loads of the same kind as the batch in hand read.
-- Of one kind are: for a table that is read whole, all loads that read it whole; for the others, incremental loads over a like span of
-- time, half as long to twice as long, with their rows scaled to the span of the batch in hand.
-- Grain: one row a table that has enough such loads.
-- Key: table_name.
WITH released AS (
    SELECT
        batch_id,
        mode,
        counts,
        horizon,
        EXTRACT(EPOCH FROM horizon - LAG(horizon) OVER (ORDER BY batch_id)) AS span
    FROM dwh.load_batches
    WHERE status = 'released' AND mode = ANY(:following) AND batch_id < :batch_id
    ORDER BY batch_id DESC
    LIMIT :searched
),

in_hand AS (
    SELECT
        batches.mode,
        EXTRACT(EPOCH FROM CLOCK_TIMESTAMP() - (SELECT MAX(released.horizon) FROM released)) AS span
    FROM dwh.load_batches AS batches
    WHERE batches.batch_id = :batch_id
),

alike AS (
    SELECT
        counted.key AS table_name,
        CASE
            WHEN counted.key = ANY(:whole) OR in_hand.mode = 'full' THEN CAST(counted.value AS numeric)
            ELSE CAST(counted.value AS numeric) * in_hand.span / released.span
        END AS staged,
        ROW_NUMBER() OVER (PARTITION BY counted.key ORDER BY released.batch_id DESC) AS age
    FROM released
    CROSS JOIN in_hand
    CROSS JOIN LATERAL JSONB_EACH_TEXT(released.counts) AS counted
    WHERE
        counted.key = ANY(:whole)
        OR (in_hand.mode = 'full' AND released.mode = 'full')
        OR (
            in_hand.mode = 'incremental' AND released.mode = 'incremental'
            AND released.span BETWEEN in_hand.span / 2 AND in_hand.span * 2
        )
)

SELECT
    table_name,
    COUNT(*) AS loads,
    MIN(staged) AS fewest,
    MAX(staged) AS most
FROM alike
WHERE age <= :loads
GROUP BY table_name
HAVING COUNT(*) >= :enough;
