"""A small shop whose loads the model follows, with few rules for speed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from expectations import RULES
from techmarket.db.engines import Databases
from techmarket.ledger.source_history import known_source, remember_source
from techmarket.load.load import LoadResult, load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from techmarket.quality.rules.row_rules import Rule
from techmarket.reconcile.repair import Reconciliation, reconcile
from techmarket.settings import Settings
from tests.support.queries import run
from tests.support.shop.small_shop import LONG_AGO, let_time_pass, open_shop
from tests.support.warehouse.warehouse_model import WarehouseModel

_CHECKED = (
    "customers.created_at_not_null",
    "products.name_filled",
    "orders.status_known",
    "order_items.quantity_positive",
    "order_items.order_id_known",
    "payments.amount_positive",
    "payments.order_id_known",
)
FEW_RULES = tuple(rule for rule in RULES if rule.id in _CHECKED)
"""The critical rules that tests break, and those of rows without their order."""


def open_shop_of_two(admin: sa.Engine) -> None:
    """Three equal paid orders, and a second region, employee and product without orders."""
    open_shop(admin)
    run(
        admin,
        "INSERT INTO regions (region_id, name, country) VALUES (2, 'Львівська область', 'Україна')",
        (
            "INSERT INTO employees (employee_id, full_name, position, region_id, hired_at)"
            " VALUES (2, 'Юрій Кравець', 'Продавець', 2, '2025-03-03')"
        ),
        (
            "INSERT INTO products (product_id, sku, name, category_id, unit_cost, list_price, is_active)"
            " VALUES (2, 'CA-1', 'Чохол', 1, 100.00, 250.00, 1)"
        ),
    )


@dataclass
class FollowedWarehouse:
    """The order system, the warehouse, and its expected content."""

    shop: sa.Engine
    source: sa.Engine
    warehouse: sa.Engine
    settings: Settings
    model: WarehouseModel = field(default_factory=WarehouseModel)

    def load(self, mode: Mode = Mode.INCREMENTAL, *, rules: Sequence[Rule] = FEW_RULES, **options: Any) -> LoadResult:
        """Load, and update the model.

        Then makes the changes old, so that the next load rereads little; not after a selective load, which missed some of them.
        """
        result = load(
            Databases(self.source, self.warehouse),
            Project(CATALOG, rules, self.settings),
            LoadRequest(mode, **options),
        )
        self.model.observe(
            self.shop, self.warehouse, full=mode is Mode.FULL, requested_keys=result.manifest.requested_keys, selective=mode.is_selective
        )
        if not mode.is_selective:
            let_time_pass(self.shop)
            _remember_old_stamps(self.warehouse)
        return result

    def reconcile(self, **options: Any) -> Reconciliation:
        """Compare and repair, and update the model with what the repair read."""
        done = reconcile(
            Databases(self.source, self.warehouse),
            repair=True,
            project=Project(CATALOG, FEW_RULES, self.settings),
            **options,
        )
        if done.repair:
            self.model.observe(self.shop, self.warehouse, requested_keys=done.repair.manifest.requested_keys, selective=True)
        return done


def _remember_old_stamps(warehouse: sa.Engine) -> None:
    """Else the rows whose changes were made old would have gone back in time."""
    with warehouse.begin() as connection:
        state = known_source(connection)
        assert state
        aged = {
            kind: {table: tuple(replace(row, changed_at=LONG_AGO) for row in rows) for table, rows in getattr(state, kind).items()}
            for kind in ("newest", "spread")
        }
        batch_id = connection.execute(sa.text("SELECT batch_id FROM dwh.source_state")).scalar_one()
        remember_source(connection, batch_id, replace(state, **aged))
