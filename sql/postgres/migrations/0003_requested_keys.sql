-- Replaced by stg.requested_keys.
DROP TABLE IF EXISTS stg.asked_keys;
