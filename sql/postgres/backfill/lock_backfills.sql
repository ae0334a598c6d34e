-- Let one process at a time look for a backfill to resume and open one; readers go on.
LOCK TABLE dwh.backfills IN SHARE ROW EXCLUSIVE MODE;
