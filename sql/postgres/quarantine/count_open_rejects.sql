-- How many open entries the quarantine has, by table and rule.
-- Grain: one row a table and rule. Key: table_name, rule.
SELECT
    listed.table_name,
    listed.rule,
    count(*) AS entries,
    min(listed.rejected_at) AS oldest,
    max(listed.rejected_at) AS newest
FROM stg.rejected_rows AS listed
WHERE listed.resolved_at IS NULL
GROUP BY listed.table_name, listed.rule
ORDER BY entries DESC, listed.table_name ASC, listed.rule ASC;
