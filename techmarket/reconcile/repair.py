"""Compare, and where it is wanted bring exactly the differing rows into line: through the same gate and release as every load."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from techmarket.extract.page_reader import OnProgress
from techmarket.ledger.batches import process_name
from techmarket.load.load import LoadResult, load
from techmarket.model.catalog import Catalog
from techmarket.model.modes import Mode
from techmarket.quality.rules.row_rules import Rule
from techmarket.reconcile.report import ReconcileReport
from techmarket.reconcile.run import compare_warehouse
from techmarket.settings import Settings


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
    source: sa.Engine,
    warehouse: sa.Engine,
    *,
    repair: bool,
    rules: Sequence[Rule],
    catalog: Catalog,
    settings: Settings,
    on_progress: OnProgress,
    allow_mass_delete: bool = False,
) -> Reconciliation:
    """Find every row that differs; with ``repair``, load those again, and compare again.

    Raises:
        ConcurrentRunError: a load is at work.
        IntegrityError: the repair would delete too much (unless ``allow_mass_delete``).
        TechMarketError: whatever else ends a comparison or a load.
    """

    def compare(step: str) -> ReconcileReport:
        on_progress(step, 0, 1)
        report = compare_warehouse(source, warehouse, catalog=catalog, settings=settings, requested_by=process_name())
        on_progress(step, 1, 1)
        return report

    found = compare("comparing")
    if not (repair and found.drift):
        return Reconciliation(found)
    repaired = load(
        source,
        warehouse,
        mode=Mode.REPAIR,
        asked=found.asked,
        rules=rules,
        catalog=catalog,
        settings=settings,
        on_progress=on_progress,
        allow_mass_delete=allow_mass_delete,
    )
    return Reconciliation(found, repaired, compare("comparing once more"))
