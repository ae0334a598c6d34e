-- What the newest release remembers of the source.
-- Grain: one row, or none before the first.
SELECT s.state
FROM dwh.source_state AS s;
