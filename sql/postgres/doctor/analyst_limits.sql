-- The limits that techmarket_bi lacks or has switched off: a role may change its own settings.
-- Grain: one row a limit. Key: setting.
WITH given AS (
    SELECT
        split_part(entry.setting, '=', 1) AS setting,
        split_part(entry.setting, '=', 2) AS value
    FROM pg_db_role_setting AS s
    -- A left join without a match: the setting holds in every database.
    LEFT JOIN pg_database AS d ON s.setdatabase = d.oid
    CROSS JOIN unnest(s.setconfig) AS entry (setting)
    WHERE s.setrole = to_regrole('techmarket_bi') AND (s.setdatabase = 0 OR d.datname = current_database())
)

SELECT wanted.setting
FROM unnest(ARRAY['default_transaction_read_only', 'statement_timeout', 'idle_in_transaction_session_timeout']) AS wanted (setting)
WHERE
    NOT EXISTS (
        SELECT FROM given
        WHERE given.setting = wanted.setting
    )
    OR EXISTS (
        SELECT FROM given
        WHERE given.setting = wanted.setting AND given.value ~* '^(0|of|f|n)'
    )
ORDER BY wanted.setting;
