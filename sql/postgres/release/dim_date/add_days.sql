-- Adds days to dwh.dim_date.
-- Grain: one row a day. Key: date_key.
-- Binds: days.
INSERT INTO dwh.dim_date (
    date_key, full_date, year, quarter, month, day_of_month, day_of_week, iso_year, iso_week,
    year_quarter, year_month, month_name, month_name_en, day_name, day_name_en, is_weekend
)
SELECT
    added.date_key,
    added.full_date,
    added.year,
    added.quarter,
    added.month,
    added.day_of_month,
    added.day_of_week,
    added.iso_year,
    added.iso_week,
    added.year_quarter,
    added.year_month,
    added.month_name,
    added.month_name_en,
    added.day_name,
    added.day_name_en,
    added.is_weekend
FROM json_populate_recordset(cast(NULL AS dwh.dim_date), cast(:days AS json)) AS added
ON CONFLICT DO NOTHING;
