"""Compare, and where it is wanted bring exactly the differing rows into line: through the same gate and release as every load."""

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
    """What a comparison found, the load that repaired it, and what a second comparison then found."""

    found: ReconcileReport
    repair: LoadResult | None = None
    left: ReconcileReport | None = None

    @property
    def outcome(self) -> ReconcileReport:
        """The comparison that counts."""
        return self.left or self.found


def reconcile(
    databases: Databases, project: Project, *, repair: bool = False, allow_mass_delete: bool = False, progress: Progress = SILENT
) -> Reconciliation:
    """Find every row that differs; with ``repair``, load those again, and compare again.

    Raises:
        ConcurrentRunError: a load is running.
        IntegrityError: the repair would delete too much (unless ``allow_mass_delete``).
        TechMarketError: whatever else ends a comparison or a load.
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
    """The load that brings exactly the differing rows into line, through the same checks and release as every load."""
    return LoadRequest(Mode.REPAIR, found.requested_keys, allow_mass_delete)
