"""Staging as a task."""

from prefect import get_run_logger, task

from tasks import connections
from tasks.extraction import open_extract
from tasks.retrying import STEP
from techmarket.catalog import CATALOG
from techmarket.staging import stage


@task(**STEP)
def stage_extract(batch_id: int, extract_id: str) -> dict[str, int]:
    """Bring ``stg`` to hold exactly this extract; returns rows by table."""
    staged = stage(connections.warehouse(), open_extract(extract_id), batch_id=batch_id, catalog=CATALOG)
    get_run_logger().info("Staged %d rows in %d tables", sum(staged.values()), len(staged))
    return staged
