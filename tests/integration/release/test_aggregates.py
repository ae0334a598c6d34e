from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from techmarket.errors import IntegrityError
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.model.star import STAR
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse
from tests.support.warehouse.aggregates_from_scratch import assert_aggregates_equal, columns_made, wrong_cells
from tests.support.warehouse.staged_batch import StagedBatches, category, line, order, payment, product, shop

AGGREGATES = [aggregate.name for aggregate in STAR.aggregates]
TWO_CATEGORIES = [category(1), category(2)]


@pytest.fixture
def batches(warehouse: sa.Engine, settings: Settings) -> StagedBatches:
    batches = StagedBatches(warehouse, settings.model_copy(update={"max_delete_share": 1.0}))
    batches.load(shop(categories=TWO_CATEGORIES))
    assert_aggregates_equal(warehouse)
    return batches


def test_every_column_of_every_aggregate_is_compared_with_the_facts(warehouse: sa.Engine) -> None:
    inspector = sa.inspect(warehouse)
    aggregates = [name for name in inspector.get_table_names("dwh") if name.startswith("agg_")]
    assert columns_made() == {name: {column["name"] for column in inspector.get_columns(name, "dwh")} for name in aggregates}
    assert set(aggregates) == set(AGGREGATES)


def sold_by_category(batches: StagedBatches) -> dict[str, Decimal]:
    return {
        row["category"]: row["revenue"]
        for row in batches.query("SELECT category, sum(revenue) AS revenue FROM dwh.mart_sales_dynamics GROUP BY 1")
    }


def nothing_but(**changed: list[dict[str, object]]) -> dict[str, list[dict[str, object]]]:
    """Only these orders, lines and payments were read."""
    return shop(**{"categories": TWO_CATEGORIES, "orders": [], "order_items": [], "payments": []} | changed)


def test_a_product_that_changes_its_category_takes_its_old_sales_along(batches: StagedBatches, warehouse: sa.Engine) -> None:
    before = sold_by_category(batches)
    assert before.keys() == {"Category 1"}
    batches.load(nothing_but(products=[product(1), product(2, category_id=2)]), mode=Mode.INCREMENTAL)
    assert sold_by_category(batches) == {"Category 1": before["Category 1"] / 2, "Category 2": before["Category 1"] / 2}
    assert_aggregates_equal(warehouse)
    batches.load(nothing_but(products=[product(1), product(2, category_id=7)]), mode=Mode.INCREMENTAL)
    assert sold_by_category(batches).keys() == {"Category 1", "(not loaded: 7)"}
    batches.load(nothing_but(products=[product(1), product(2, category_id=None)]), mode=Mode.INCREMENTAL)
    assert sold_by_category(batches).keys() == {"Category 1", "(unknown)"}
    assert_aggregates_equal(warehouse)


CHANGES = {
    "another day": nothing_but(orders=[order(1, order_date=datetime(2026, 10, 1))], order_items=[line(11, 1)], payments=[payment(1, 1)]),  # noqa: DTZ001
    "another region": nothing_but(orders=[order(1, region_id=9)], order_items=[line(11, 1), line(12, 1)], payments=[payment(1, 1)]),
    "nobody's": nothing_but(orders=[order(1, employee_id=None)], order_items=[line(11, 1, product_id=2)]),
    "no longer recognised": nothing_but(orders=[order(1, status="returned")], order_items=[line(11, 1)], payments=[payment(1, 1)]),
    "a line moved": nothing_but(orders=[order(1)], order_items=[line(11, 1), line(21, 1, quantity=7)]),
    "a payment moved and dearer": nothing_but(orders=[order(1)], order_items=[line(11, 1)], payments=[payment(2, 1, amount=Decimal(5))]),
    "a product not known": nothing_but(orders=[order(1)], order_items=[line(11, 1, product_id=99)]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_incremental_load_makes_the_cells_anew_that_it_touches(batches: StagedBatches, warehouse: sa.Engine, change: str) -> None:
    batches.load(CHANGES[change], mode=Mode.INCREMENTAL)
    assert_aggregates_equal(warehouse)
    batches.load(nothing_but(products=[product(1), product(2), product(99)]), mode=Mode.INCREMENTAL)
    assert_aggregates_equal(warehouse)


def test_orders_that_a_selective_load_finds_gone_leave_the_aggregates(batches: StagedBatches) -> None:
    batches.load(nothing_but(), mode=Mode.REPAIR, requested_keys={"orders": [1, 2]})
    assert {name: batches.query(f"SELECT count(*) AS cells FROM dwh.{name}")[0]["cells"] for name in AGGREGATES} == dict.fromkeys(
        AGGREGATES, 0
    )


def damage(warehouse: sa.Engine, table: str) -> None:
    statement = {
        "fact": "UPDATE dwh.fact_sales SET revenue = revenue + 1, date_key = 20260101, region_key = 0 WHERE order_item_id = 11",
        "agg_payments_monthly": "UPDATE dwh.agg_payments_monthly SET amount = amount + 1",
    }.get(table, f"UPDATE dwh.{table} SET revenue = revenue + 1")
    with warehouse.begin() as connection:
        connection.exec_driver_sql(statement)
    assert wrong_cells(warehouse) != {}


@pytest.mark.parametrize("damaged", ["fact", *AGGREGATES])
def test_a_damaged_cell_is_made_anew_by_a_change_of_a_row_in_it(batches: StagedBatches, warehouse: sa.Engine, damaged: str) -> None:
    damage(warehouse, damaged)
    lines = [line(11, 1, quantity=5), line(12, 1, product_id=2, quantity=5)]
    changed = nothing_but(orders=[order(1)], order_items=lines, payments=[payment(1, 1, amount=Decimal(7))])
    batches.load(changed, mode=Mode.INCREMENTAL)
    assert_aggregates_equal(warehouse)


@pytest.mark.parametrize("damaged", ["fact", *AGGREGATES])
def test_a_damaged_cell_is_made_anew_by_a_selective_load_of_an_order_in_it(
    batches: StagedBatches, warehouse: sa.Engine, damaged: str
) -> None:
    damage(warehouse, damaged)
    batches.load(shop(categories=TWO_CATEGORIES), mode=Mode.REPAIR, requested_keys={"orders": [1, 2]})
    assert_aggregates_equal(warehouse)


@pytest.mark.parametrize("damaged", AGGREGATES)
def test_orders_read_again_as_they_were_make_no_cell_anew(batches: StagedBatches, warehouse: sa.Engine, damaged: str) -> None:
    """The damage stays: nothing was recomputed."""
    damage(warehouse, damaged)
    batches.load(shop(categories=TWO_CATEGORIES), mode=Mode.INCREMENTAL)
    assert wrong_cells(warehouse).keys() == {damaged}


BY_CATEGORY = ("agg_category_daily", "agg_sales_monthly")


@pytest.mark.parametrize("damaged", BY_CATEGORY)
def test_of_a_day_only_the_categories_that_changed_are_made_anew(batches: StagedBatches, warehouse: sa.Engine, damaged: str) -> None:
    """The first load does not touch the damaged category; the second recomputes it."""
    products = [product(1), product(2, category_id=2)]
    batches.load(shop(categories=TWO_CATEGORIES, products=products))
    with warehouse.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE dwh.{damaged} SET revenue = revenue + 1"
            " WHERE category_key = (SELECT category_key FROM dwh.dim_category WHERE category_id = 2)"
        )
    for lines, still_wrong in (
        ([line(11, 1, quantity=3), line(12, 1, product_id=2)], {damaged}),
        ([line(11, 1, quantity=3), line(12, 1, product_id=2, quantity=3)], set()),
    ):
        batches.load(nothing_but(products=products, orders=[order(1)], order_items=lines), mode=Mode.INCREMENTAL)
        assert wrong_cells(warehouse).keys() == still_wrong


def test_cells_of_many_days_are_made_anew_in_one_load(batches: StagedBatches, warehouse: sa.Engine) -> None:
    days = {number: datetime(2026, 8 + number // 3, 1 + number) for number in range(1, 10)}  # noqa: DTZ001
    changed = nothing_but(
        orders=[order(number, order_date=day) for number, day in days.items()],
        order_items=[line(number * 100 + product_id, number, product_id=product_id) for number in days for product_id in (1, 2)],
    )
    batches.load(changed, mode=Mode.INCREMENTAL)
    assert batches.query("SELECT count(DISTINCT date_key) AS days FROM dwh.agg_orders_daily")[0]["days"] == len(days)
    assert_aggregates_equal(warehouse)


SPOILED = {name: "amount" if name == "agg_payments_monthly" else "revenue" for name in AGGREGATES}


@pytest.mark.parametrize("aggregate", SPOILED)
def test_a_release_that_would_write_a_wrong_cell_is_not_committed(batches: StagedBatches, warehouse: sa.Engine, aggregate: str) -> None:
    measure = SPOILED[aggregate]
    with warehouse.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE FUNCTION stg.spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.{measure} := NEW.{measure} + 1; RETURN NEW; END'"
        )
        connection.exec_driver_sql(f"CREATE TRIGGER spoil BEFORE UPDATE ON dwh.{aggregate} FOR EACH ROW EXECUTE FUNCTION stg.spoil()")
    changed = nothing_but(orders=[order(1)], order_items=[line(11, 1, quantity=5)], payments=[payment(1, 1, amount=Decimal(7))])
    mode = Mode.FULL if aggregate == "agg_product_monthly" else Mode.INCREMENTAL  # of products, only whole months are compared
    with pytest.raises(IntegrityError, match=rf"{aggregate}\.{measure}: staged"):
        batches.load(changed, mode=mode)
    assert_aggregates_equal(warehouse)


def test_a_damaged_row_elsewhere_does_not_hold_a_load_up_and_a_full_one_mends_all(batches: StagedBatches, warehouse: sa.Engine) -> None:
    """Damage shows only in the recomputed cells."""
    with warehouse.begin() as connection:
        connection.exec_driver_sql("UPDATE dwh.fact_sales SET revenue = revenue + 1 WHERE order_item_id = 22")
    batches.load(nothing_but(orders=[order(1)], order_items=[line(11, 1)], payments=[payment(1, 1)]), mode=Mode.INCREMENTAL)
    batches.load(shop(categories=TWO_CATEGORIES))
    assert_aggregates_equal(warehouse)


def test_bootstrap_fills_the_aggregates_of_a_warehouse_that_an_earlier_version_loaded(batches: StagedBatches, warehouse: sa.Engine) -> None:
    with warehouse.begin() as connection:
        for name in AGGREGATES:
            connection.exec_driver_sql(f"DROP TABLE dwh.{name} CASCADE")
    bootstrap_warehouse(warehouse, catalog=CATALOG, today=date(2026, 11, 22))
    assert_aggregates_equal(warehouse)
    assert batches.query("SELECT count(*) AS cells FROM dwh.agg_sales_daily")[0]["cells"] == 1
