-- Partitions dwh.fact_sales by year and keeps its rows and indexes. docs/scaling.md says when this pays.
-- An operator runs it in one transaction, as techmarket_etl or as an administrator, while no load runs. Loads and bootstrap never run it.
-- Grain: one row an order line, as before. Key: order_item_id, date_key. A key must contain the column of the partitions.

-- With this role the owner stays the same, and analysts keep their access.
SET LOCAL ROLE techmarket_etl;

DO $$
BEGIN
    -- The load lock (techmarket/ledger/batches.py).
    IF NOT pg_try_advisory_xact_lock(7305809121645118001) THEN
        RAISE EXCEPTION 'A load is running. Wait until it has ended, then run this again.';
    END IF;
    IF (SELECT relkind FROM pg_class WHERE oid = cast('dwh.fact_sales' AS regclass)) = 'p' THEN
        RAISE EXCEPTION 'dwh.fact_sales is partitioned already.';
    END IF;
END
$$;

-- The old table moves away with its indexes, so that the new ones can have their names.
ALTER TABLE dwh.fact_sales SET SCHEMA stg;

CREATE TABLE dwh.fact_sales (
    LIKE stg.fact_sales INCLUDING COMMENTS,
    PRIMARY KEY (order_item_id, date_key)
) PARTITION BY RANGE (date_key);

-- One partition a year, from the first year with a sale to the last of the calendar. Days of other years go to fact_sales_other.
DO $$
DECLARE
    partition_year integer;
    -- The partitions have the autovacuum settings of the old table.
    settled text := (SELECT array_to_string(c.reloptions, ', ') FROM pg_class AS c WHERE c.oid = cast('stg.fact_sales' AS regclass));
BEGIN
    FOR partition_year IN
        SELECT DISTINCT d.year
        FROM dwh.dim_date AS d
        WHERE d.year >= coalesce((SELECT min(f.date_key) / 10000 FROM stg.fact_sales AS f), extract(YEAR FROM current_date))
        ORDER BY d.year
    LOOP
        EXECUTE format(
            'CREATE TABLE dwh.%I PARTITION OF dwh.fact_sales FOR VALUES FROM (%s) TO (%s) WITH (%s)',
            'fact_sales_' || partition_year, partition_year * 10000, (partition_year + 1) * 10000, settled
        );
    END LOOP;
    EXECUTE format('CREATE TABLE dwh.fact_sales_other PARTITION OF dwh.fact_sales DEFAULT WITH (%s)', settled);
END
$$;

INSERT INTO dwh.fact_sales (
    order_item_id, order_id, date_key, product_key, customer_key, employee_key, region_key, order_status,
    quantity, unit_cost, revenue, discount_amount, cost, margin, batch_id
)
SELECT
    f.order_item_id,
    f.order_id,
    f.date_key,
    f.product_key,
    f.customer_key,
    f.employee_key,
    f.region_key,
    f.order_status,
    f.quantity,
    f.unit_cost,
    f.revenue,
    f.discount_amount,
    f.cost,
    f.margin,
    f.batch_id
FROM stg.fact_sales AS f;

DO $$
DECLARE
    definition text;
BEGIN
    FOR definition IN
        SELECT replace(pg_get_indexdef(i.indexrelid), ' ON stg.fact_sales ', ' ON dwh.fact_sales ')
        FROM pg_index AS i
        WHERE i.indrelid = cast('stg.fact_sales' AS regclass) AND NOT i.indisprimary
    LOOP
        EXECUTE definition;
    END LOOP;
END
$$;

COMMENT ON TABLE dwh.fact_sales IS
'Recognised sales, one row an order line: orders paid, shipped or delivered only, so a SUM is right; a partition a year';

DROP TABLE stg.fact_sales;

ANALYZE dwh.fact_sales;
