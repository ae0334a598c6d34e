-- Purpose: how much is open on the data steward's list.
-- Grain: one row a table and rule.
-- Key: table_name, rule.
SELECT
    listed.table_name,
    listed.rule,
    COUNT(*) AS entries,
    MIN(listed.rejected_at) AS oldest,
    MAX(listed.rejected_at) AS newest
FROM stg.rejected_rows AS listed
WHERE listed.resolved_at IS NULL
GROUP BY listed.table_name, listed.rule
ORDER BY entries DESC, listed.table_name ASC, listed.rule ASC;
