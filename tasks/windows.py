"""The extract of a backfill's window as tasks: read without the load lock, and again under it where a load came in between."""

from prefect import get_run_logger, task

from tasks import connections
from tasks.artifacts import ExtractProgress
from tasks.extraction import discard_extract, open_extract, reader_slot
from tasks.retrying import STEP
from techmarket.backfill.replay import extract_window, is_outdated
from techmarket.backfill.windows import Window
from techmarket.model.catalog import CATALOG
from techmarket.settings import load_settings


@task(task_run_name="read the window {window}", **STEP)
def read_window(window: Window) -> str:
    """Read the window's orders into a sealed extract, which waits for its turn; returns the extract's id."""
    with reader_slot(longest_wait=load_settings().window_wait):
        return _read(window)


@task(task_run_name="read the window {window} again if it is outdated", **STEP)
def read_again_if_outdated(window: Window, extract_id: str) -> str:
    """The extract to load: the one read before the window's turn, or a new one where a release since then has outdated it."""
    manifest = open_extract(extract_id).manifest
    if not is_outdated(connections.warehouse(), manifest, window):
        return extract_id
    discard_extract(extract_id)
    with reader_slot():
        return _read(window)


def _read(window: Window) -> str:
    progress = ExtractProgress(CATALOG)
    source, warehouse, settings = connections.source(), connections.warehouse(), load_settings()
    manifest = extract_window(source, warehouse, window, catalog=CATALOG, settings=settings, on_progress=progress).manifest
    progress.finish()
    rows = f"{sum(manifest.tables.values()):,}"
    get_run_logger().info("Read %s rows of the window %s into extract %s", rows, window, manifest.extract_id)
    return manifest.extract_id
