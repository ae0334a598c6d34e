"""Staging as tasks."""

from prefect import get_run_logger, task

from tasks.runtime import connections
from tasks.runtime.cluster import cluster
from tasks.runtime.extracts import open_extract
from tasks.runtime.project import project
from tasks.runtime.retries import STEP
from techmarket.extract.sealed import Part
from techmarket.staging import stage as staging


@task(task_run_name="stage batch {batch_id}", **STEP)
def stage_extract(batch_id: int, extract_id: str) -> dict[str, int]:
    """Make ``stg`` hold exactly this extract; returns rows by table."""
    extract, now = open_extract(extract_id), project()
    cluster().stage_missing(extract, batch_id=batch_id)
    copies = now.settings.staging_connections
    staged = staging.stage(connections.warehouse(), extract, batch_id=batch_id, catalog=now.catalog, connections=copies)
    get_run_logger().info("Staged %s rows in %d tables", f"{sum(staged.values()):,}", len(staged))
    return staged


@task(task_run_name="stage {part.file}", **STEP)
def stage_part(part: Part, batch_id: int, extract_id: str) -> None:
    """Stage one part of an extract on a worker of a cluster, unless it is already staged."""
    now = project()
    directory = now.settings.extract_dir / extract_id
    staging.stage_part(connections.warehouse(), part, batch_id=batch_id, extract_id=extract_id, directory=directory, catalog=now.catalog)
    get_run_logger().info("Staged %s, %s rows", part.file, f"{part.rows:,}")
