"""Staging as a task."""

from prefect import get_run_logger, task

from tasks import connections
from tasks.cluster import cluster
from tasks.extraction import open_extract
from tasks.retrying import STEP
from techmarket.model.catalog import CATALOG
from techmarket.settings import load_settings
from techmarket.staging.stage import stage


@task(task_run_name="stage batch {batch_id}", **STEP)
def stage_extract(batch_id: int, extract_id: str) -> dict[str, int]:
    """Bring ``stg`` to hold exactly this extract; returns rows by table."""
    extract = open_extract(extract_id)
    cluster().stage_missing(extract, batch_id=batch_id)
    copies = load_settings().staging_connections
    staged = stage(connections.warehouse(), extract, batch_id=batch_id, catalog=CATALOG, connections=copies)
    get_run_logger().info("Staged %s rows in %d tables", f"{sum(staged.values()):,}", len(staged))
    return staged
