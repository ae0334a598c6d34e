"""Compares and, on request, reloads the differing rows."""

from dataclasses import dataclass

from techmarket.db.engines import Databases
from techmarket.ledger.batches import process_name
from techmarket.load.load import load
from techmarket.load.steps import LoadResult
from techmarket.model.modes import Mode
from techmarket.model.progress import SILENT, Progress
from techmarket.project import LoadRequest, Project
from techmarket.reconcile.report import ReconcileReport
from techmarket.reconcile.run import compare_warehouse


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A comparison, the load that repaired it, and the comparison after it."""

    found: ReconcileReport
    repair: LoadResult | None = None
    left: ReconcileReport | None = None

    @property
    def outcome(self) -> ReconcileReport:
        """The last comparison."""
        return self.left or self.found


def reconcile(
    databases: Databases, project: Project, *, repair: bool = False, allow_mass_delete: bool = False, progress: Progress = SILENT
) -> Reconciliation:
    """Find every row that differs; with ``repair``, reload those and compare again.

    Raises:
        ConcurrentRunError: a load is running.
        IntegrityError: the repair would delete too many rows without ``allow_mass_delete``.
        TechMarketError: any other error of a comparison or load.
    """

    def compare(step: str) -> ReconcileReport:
        with progress.step(step):
            return compare_warehouse(databases, project, requested_by=process_name())

    found = compare("comparing")
    if not (repair and found.drift):
        return Reconciliation(found)
    repaired = load(databases, project, repair_request(found, allow_mass_delete=allow_mass_delete), progress=progress)
    return Reconciliation(found, repaired, compare("comparing once more"))


def repair_request(found: ReconcileReport, *, allow_mass_delete: bool) -> LoadRequest:
    """A load of exactly the differing rows."""
    return LoadRequest(Mode.REPAIR, found.requested_keys, allow_mass_delete)
