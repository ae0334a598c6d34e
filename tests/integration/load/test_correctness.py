"""The warehouse equals an independent calculation after every kind of load."""

import threading
from collections.abc import Callable
from datetime import date
from itertools import cycle

import pytest
import sqlalchemy as sa

from expectations import RULES
from techmarket.db.engines import Databases
from techmarket.load.load import LoadResult, load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.model.star import STAR
from techmarket.project import LoadRequest, Project
from techmarket.quality.rules.row_rules import HELD_WITH_ORDER
from techmarket.seed import History, change_source, generate
from techmarket.settings import Settings
from tests.support.warehouse.aggregates_from_scratch import assert_aggregates_equal
from tests.support.warehouse.mart_expectations import assert_marts_equal
from tests.support.warehouse.warehouse_comparison import assert_all_equal, assert_facts_equal
from tests.support.warehouse.warehouse_model import WarehouseModel

Load = Callable[[Mode], LoadResult]

_DAYS = 10
_RELEASED_KINDS = {
    "regions.name_taken",
    "customers.name_awkward",
    "customers.name_blank",
    "customers.email_malformed",
    "customers.phone_malformed",
    "customers.region_unknown",
    "customers.created_in_future",
    "employees.email_malformed",
    "employees.region_unknown",
    "categories.parent_unknown",
    "products.sku_in_cyrillic",
    "products.cost_above_price",
    "products.category_unknown",
    "orders.customer_unknown",
    "orders.employee_unknown",
    "orders.region_unknown",
    "orders.total_off_by_a_cent",
    "orders.total_negative",
    "orders.without_lines",
    "order_items.product_unknown",
    "payments.amount_off",
    "payments.paid_before_order",
}
"""Kinds of dirty rows without a rule, or with a warning only."""


@pytest.fixture
def run_load(source: sa.Engine, warehouse: sa.Engine, settings: Settings) -> Load:
    def run(mode: Mode) -> LoadResult:
        return load(Databases(source, warehouse), request=LoadRequest(mode), project=Project(CATALOG, RULES, settings))

    return run


def test_every_measure_and_mart_equals_the_independent_calculation_under_change(
    source_admin: sa.Engine, warehouse: sa.Engine, run_load: Load
) -> None:
    generate(source_admin, History(orders=1_500, seed=7))
    model = WarehouseModel()
    run_load(Mode.FULL)
    model.observe(source_admin, warehouse, full=True)
    assert_all_equal(warehouse, model)
    for day in range(_DAYS):
        change_source(source_admin, seed=day, dirty=0)
        run_load(Mode.INCREMENTAL)
        model.observe(source_admin, warehouse)
        assert_all_equal(warehouse, model)
    assert_marts_equal(warehouse, (date(2024, 2, 10), date(2025, 11, 9)), (date(2024, 2, 1), date(2024, 2, 29)))
    run_load(Mode.FULL)
    model.observe(source_admin, warehouse, full=True)
    assert_all_equal(warehouse, model)


def test_measures_stay_exact_while_rows_break_and_are_mended(source_admin: sa.Engine, warehouse: sa.Engine, run_load: Load) -> None:
    generate(source_admin, History(orders=1_500, seed=8))
    model = WarehouseModel()
    for day in range(_DAYS):
        run_load(Mode.INCREMENTAL)
        model.observe(source_admin, warehouse)
        assert_facts_equal(warehouse, model)
        assert_aggregates_equal(warehouse)
        change_source(source_admin, seed=day, dirty=4)
    run_load(Mode.FULL)
    model.observe(source_admin, warehouse, full=True)
    assert_facts_equal(warehouse, model)


def test_a_dirty_source_is_released_minus_exactly_what_quarantine_lists(
    source_admin: sa.Engine, warehouse: sa.Engine, run_load: Load
) -> None:
    summary = generate(source_admin, History(orders=1_500, seed=11, dirty=0.01))
    model = WarehouseModel()
    run_load(Mode.INCREMENTAL)
    broken = {(kind.partition(".")[0], key) for kind, keys in summary.dirty.items() if kind not in _RELEASED_KINDS for key in keys}
    assert _rejected_rows(warehouse) == broken != set()
    model.observe(source_admin, warehouse)
    assert_facts_equal(warehouse, model)


@pytest.mark.parametrize("mode", [Mode.FULL, Mode.INCREMENTAL])
def test_a_second_load_of_an_unchanged_source_changes_no_row(
    source_admin: sa.Engine, warehouse: sa.Engine, run_load: Load, mode: Mode
) -> None:
    generate(source_admin, History(orders=300, seed=3, dirty=0.01))
    run_load(Mode.FULL)
    before = _fingerprint(warehouse)
    result = run_load(mode)
    assert all(table.merged == 0 and table.removed == 0 for table in result.certificate.tables)
    assert _fingerprint(warehouse) == before


def _rejected_rows(warehouse: sa.Engine) -> set[tuple[str, int]]:
    """Rows that break a critical rule themselves."""
    with warehouse.connect() as connection:
        found = connection.execute(
            sa.text("SELECT table_name, row_key::bigint FROM stg.rejected_rows WHERE rule <> :held"), {"held": HELD_WITH_ORDER}
        )
        return {(row.table_name, row.row_key) for row in found}


def _fingerprint(warehouse: sa.Engine) -> dict[str, object]:
    """Physical identity of every row: shows even updates to equal values."""
    tables = [table.name for table in STAR.tables]
    with warehouse.connect() as connection:
        return {
            table: connection.exec_driver_sql(
                f"SELECT count(*), md5(string_agg(t.ctid::text || t::text, ',' ORDER BY t.ctid)) FROM dwh.{table} AS t"
            ).one()
            for table in tables
        }


def test_loads_during_writes_show_the_source_at_one_instant(source_admin: sa.Engine, warehouse: sa.Engine, run_load: Load) -> None:
    """A session moves pieces between lines, one transaction per move: their sum is constant."""
    generate(source_admin, History(orders=300, seed=5))
    model = WarehouseModel()
    run_load(Mode.FULL)
    model.observe(source_admin, warehouse, full=True)
    line, other = _lines_of_two_orders(model)
    pieces = _pieces(warehouse)
    stop = threading.Event()
    writer = threading.Thread(target=_move_pieces, args=(source_admin, line, other, stop))
    writer.start()
    try:
        for mode in (Mode.INCREMENTAL, Mode.FULL, Mode.INCREMENTAL):
            run_load(mode)
            assert _pieces(warehouse) == pieces
    finally:
        stop.set()
        writer.join()
    run_load(Mode.INCREMENTAL)
    model.observe(source_admin, warehouse)
    assert_all_equal(warehouse, model)


def _lines_of_two_orders(model: WarehouseModel) -> tuple[int, int]:
    """A line, and one of another order with a piece to spare."""
    sales = model.sales()
    other = next(key for key, sale in sales.items() if sale["quantity"] > 1)
    line = next(key for key, sale in sales.items() if sale["order_id"] != sales[other]["order_id"])
    return line, other


def _move_pieces(source_admin: sa.Engine, line: int, other: int, stop: threading.Event) -> None:
    """There and back, so that no quantity breaks a rule."""
    move = sa.text("UPDATE order_items SET quantity = quantity + :pieces WHERE order_item_id = :line")
    for pieces in cycle((1, -1)):
        if pieces == 1 and stop.is_set():
            return
        with source_admin.begin() as connection:
            connection.execute(move, {"pieces": pieces, "line": line})
            connection.execute(move, {"pieces": -pieces, "line": other})


def _pieces(warehouse: sa.Engine) -> int:
    with warehouse.connect() as connection:
        return int(connection.exec_driver_sql("SELECT sum(quantity) FROM dwh.fact_sales").scalar_one())
