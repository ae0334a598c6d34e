import sqlalchemy as sa

from expectations import RULES
from techmarket.db.engines import Databases
from techmarket.load.load import load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from techmarket.seed import History, generate
from techmarket.settings import Settings

PREVENTED = {
    "_not_null": "NOT NULL in the source; only an impossible date arrives as NULL",
    "_id_unique": "the source's primary keys",
    "sku_unique": "the source's unique key",
    "_length": "the width of the source's columns",
    "_domain": "the width of the source's TINYINT",
    "contract": "the drift check, before any row is read",
    "not_empty": "seeding itself",
    "usual_volume": "no other load to compare with",
    "recent": "no other load either",
    "name_unique_below_parent": "the category tree of the seed",
}
"""Suffixes of rules that no row here can break, and why."""
DATES = {
    "customers.created_at_not_null",
    "employees.hired_at_not_null",
    "orders.order_date_not_null",
    "payments.paid_at_not_null",
    *(f"{table}.{CATALOG[table].cursor}_not_null" for table in CATALOG),
}
"""Rules about NULL that an impossible date breaks."""


def test_every_rule_that_rows_can_break_is_broken_by_a_dirty_seed(
    source_admin: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings
) -> None:
    generate(source_admin, History(orders=3_000, seed=1, dirty=0.005))
    result = load(Databases(source, warehouse), request=LoadRequest(Mode.FULL), project=Project(CATALOG, RULES, settings))
    kept = {outcome.rule_id for outcome in result.report.outcomes if outcome.passed}
    assert {rule for rule in kept if rule in DATES or not rule.endswith(tuple(PREVENTED))} == set()
