-- Sets up a session that seeds the order system.
-- Both checks are off for speed, and because `--dirty` seeds references to missing rows. ALLOW_INVALID_DATES lets it seed dates that do not
-- exist, as an old application would. Strict mode stays on, so that nothing is truncated silently.
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ALLOW_INVALID_DATES';
SET SESSION foreign_key_checks = 0;
SET SESSION unique_checks = 0;
SET SESSION time_zone = '+00:00';
