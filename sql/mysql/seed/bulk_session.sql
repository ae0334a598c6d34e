-- Settings of a session that seeds the order system.
-- Both checks are off for speed, and because `--dirty` seeds references that lead nowhere. ALLOW_INVALID_DATES lets it
-- seed dates that do not exist, as an old application would; strict mode stays, so that nothing is cut in silence.
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ALLOW_INVALID_DATES';
SET SESSION foreign_key_checks = 0;
SET SESSION unique_checks = 0;
SET SESSION time_zone = '+00:00';
