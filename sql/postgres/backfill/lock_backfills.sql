-- Lets only one process at a time look for a backfill to resume or open one. Readers are not blocked.
LOCK TABLE dwh.backfills IN SHARE ROW EXCLUSIVE MODE;
