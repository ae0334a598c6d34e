"""Whether a load would recognise the order system."""

from techmarket.db import addresses
from techmarket.extract.source_identity import identify
from techmarket.ledger.source_history import source_history
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.setup.doctor.finding import Finding, ok, warn


def identity(project: Project) -> Finding:
    """Compare as an incremental load does.

    Raises:
        OtherSourceError, SourceWentBackError, SourceClockError: a load would end with it.
    """
    with addresses.warehouse(project.settings).connect() as warehouse:
        history = source_history(warehouse, Mode.INCREMENTAL)
    found, known = identify(addresses.source(project.settings), history, project), history.state
    if known is None:
        return ok(f"{found.place}; nothing was loaded from it yet")
    if known.place != found.place:
        return warn(f"{found.place}, and no longer {known.place}; its rows are in step", "see that this is meant, such as a failover")
    return ok(f"{found.place}, as the newest release knows it")
