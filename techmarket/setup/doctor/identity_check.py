"""Whether a load would recognise the order system."""

from techmarket.db import addresses
from techmarket.errors import OtherSourceError, SourceClockError, SourceWentBackError
from techmarket.extract.snapshot import open_snapshot
from techmarket.extract.source_identity import observe, require_clock, require_same_source
from techmarket.ledger.source_history import source_history
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.setup.doctor.finding import Finding, ok, warn
from techmarket.setup.doctor.running import failed


def identity(project: Project) -> Finding:
    """Compare both, as a load does."""
    settings = project.settings
    with addresses.warehouse(settings).connect() as warehouse, open_snapshot(addresses.source(settings), settings) as snapshot:
        history = source_history(warehouse, Mode.INCREMENTAL)
        found = observe(snapshot.connection, project.catalog, snapshot.taken_at)
        known = history.state
        try:
            require_clock(history, snapshot.taken_at, settings)
            if known:
                require_same_source(known, found, snapshot.connection, project, tolerance=settings.watermark_overlap)
        except (OtherSourceError, SourceWentBackError, SourceClockError) as exc:
            return failed(exc)
    if known is None:
        return ok(f"{found.place}; nothing was loaded from it yet")
    if known.place != found.place:
        return warn(f"{found.place}, and no longer {known.place}; its rows are in step", "see that this is meant, such as a failover")
    return ok(f"{found.place}, as the newest release knows it")
