from datetime import UTC, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from techmarket.ledger.batches import open_batch
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.quality.gate.report import GateReport
from techmarket.release.certificate import Certificate, TableCount
from techmarket.release.release import release
from techmarket.settings import Settings
from tests.support.warehouse.staged_batch import StagedBatches, category, customer, employee, line, order, payment, product, region, shop
from tests.support.warehouse.warehouse_model import cents


@pytest.fixture
def batches(warehouse: sa.Engine, settings: Settings) -> StagedBatches:
    return StagedBatches(warehouse, settings)


def count(certificate: Certificate, table: str) -> TableCount:
    return next(row for row in certificate.tables if row.table == table)


@pytest.mark.parametrize("status", ["paid", "shipped", "delivered"])
def test_lines_of_recognised_orders_are_sales(batches: StagedBatches, status: str) -> None:
    batches.load(shop(orders=[order(1, status=status), order(2, status="new")]))
    assert {key: row["order_status"] for key, row in batches.sales().items()} == {11: status, 12: status}


@pytest.mark.parametrize("status", ["new", "cancelled", "returned"])
def test_lines_of_other_orders_are_no_sales_but_their_payments_are_payments(batches: StagedBatches, status: str) -> None:
    certificate = batches.load(shop(orders=[order(1, status=status), order(2)]))
    assert batches.sales().keys() == {21, 22}
    assert batches.payments().keys() == {1, 2}
    assert (count(certificate, "orders").excluded, count(certificate, "order_items").excluded) == (1, 2)


@pytest.mark.parametrize("status", ["new", "cancelled", "returned"])
def test_an_order_that_leaves_the_recognised_statuses_leaves_the_fact(batches: StagedBatches, status: str) -> None:
    batches.load(shop())
    changed = shop(orders=[order(1, status=status)], order_items=[line(11, 1), line(12, 1)], payments=[payment(1, 1)])
    certificate = batches.load(changed, mode=Mode.INCREMENTAL)
    assert batches.sales().keys() == {21, 22}
    assert count(certificate, "order_items").removed == 2


@pytest.mark.parametrize(
    ("quantity", "unit_price", "discount"),
    [
        (1, "0.01", "0.5000"),
        (3, "33.35", "0.1000"),
        (7, "1999.99", "0.0333"),
        (1, "10.05", "0.5000"),
        (5, "0.00", "0"),
        (9, "12.34", "1.0000"),
    ],
)
def test_measures_are_rounded_half_up_to_cents_once_a_line(batches: StagedBatches, quantity: int, unit_price: str, discount: str) -> None:
    price, share = Decimal(unit_price), Decimal(discount)
    batches.load(shop(order_items=[line(11, 1, quantity=quantity, unit_price=price, discount=share)]))
    sale = batches.sales()[11]
    assert sale["revenue"] == cents(quantity * price * (1 - share))
    assert sale["discount_amount"] == cents(quantity * price * share)
    assert sale["cost"] == quantity * Decimal("60.10")
    assert sale["margin"] == sale["revenue"] - sale["cost"]


def test_the_largest_line_that_the_source_can_hold_fits(batches: StagedBatches) -> None:
    largest = line(11, 1, quantity=2**31 - 1, unit_price=Decimal("9999999999.99"), discount=Decimal(0))
    batches.load(shop(order_items=[largest]))
    assert batches.sales()[11]["revenue"] == (2**31 - 1) * Decimal("9999999999.99")


def test_a_second_identical_load_changes_no_row(batches: StagedBatches) -> None:
    batches.load(shop())
    tables = ("dim_region", "dim_category", "dim_product", "dim_customer", "dim_employee", "fact_sales", "fact_payments", "kept_line_costs")
    before = {table: batches.query(f"SELECT t.*, t.ctid::text, t.xmin::text FROM dwh.{table} AS t ORDER BY 1") for table in tables}
    for mode in (Mode.FULL, Mode.INCREMENTAL):
        certificate = batches.load(shop(), mode=mode)
        assert all(row.merged == 0 for row in certificate.tables)
        assert {t: batches.query(f"SELECT t.*, t.ctid::text, t.xmin::text FROM dwh.{t} AS t ORDER BY 1") for t in tables} == before


def test_a_changed_header_moves_all_lines_and_payments_of_its_order(batches: StagedBatches) -> None:
    batches.load(shop())
    moved = order(1, customer_id=2, employee_id=2, region_id=2, order_date=datetime(2026, 11, 21))  # noqa: DTZ001
    changed = shop(
        regions=[region(1), region(2)],
        employees=[employee(1), employee(2)],
        customers=[customer(2)],
        orders=[moved],
        order_items=[line(11, 1), line(12, 1, product_id=2)],
        payments=[payment(1, 1)],
    )
    certificate = batches.load(changed, mode=Mode.INCREMENTAL)
    sales = batches.sales()
    where = {key: (row["date_key"], row["customer_id"], row["employee_id"], row["region_id"]) for key, row in sales.items()}
    assert where == {11: (20261121, 2, 2, 2), 12: (20261121, 2, 2, 2), 21: (20261120, 1, 1, 1), 22: (20261120, 1, 1, 1)}
    assert batches.payments()[1]["customer_key"] == sales[11]["customer_key"]
    assert (count(certificate, "orders").merged, count(certificate, "order_items").merged) == (1, 2)


def test_a_line_that_an_order_no_longer_has_leaves_the_fact(batches: StagedBatches) -> None:
    batches.load(shop())
    certificate = batches.load(shop(orders=[order(1)], order_items=[line(12, 1, product_id=2)], payments=[]), mode=Mode.INCREMENTAL)
    assert batches.sales().keys() == {12, 21, 22}
    assert batches.payments().keys() == {2}
    assert (count(certificate, "order_items").removed, count(certificate, "payments").removed) == (1, 1)


@pytest.mark.parametrize("is_old_order_read", [True, False])
def test_a_line_that_moves_to_another_order_moves_with_its_cost(batches: StagedBatches, *, is_old_order_read: bool) -> None:
    batches.load(shop())
    changed = {
        "orders": [order(2)],
        "order_items": [line(11, 2), line(21, 2), line(22, 2, product_id=2)],
        "payments": [payment(2, 2)],
        "products": [product(1, unit_cost=Decimal("90.00")), product(2)],
    }
    if is_old_order_read:
        changed["orders"].append(order(1))
        changed["order_items"].append(line(12, 1, product_id=2))
    batches.load(shop(**changed), mode=Mode.INCREMENTAL)
    sales = batches.sales()
    assert {key: row["order_id"] for key, row in sales.items()} == {11: 2, 12: 1, 21: 2, 22: 2}
    assert sales[11]["unit_cost"] == Decimal("60.10")


def test_a_line_that_moves_to_a_cancelled_order_leaves_the_fact(batches: StagedBatches) -> None:
    batches.load(shop())
    cancelled = shop(orders=[order(3, status="cancelled")], order_items=[line(11, 3)], payments=[])
    batches.load(cancelled, mode=Mode.INCREMENTAL)
    assert batches.sales().keys() == {12, 21, 22}


def test_a_full_load_removes_orders_that_the_source_no_longer_has(batches: StagedBatches) -> None:
    batches.load(shop())
    certificate = batches.load(shop(orders=[order(2)], order_items=[line(21, 2), line(22, 2, product_id=2)], payments=[payment(2, 2)]))
    assert (batches.sales().keys(), batches.payments().keys()) == ({21, 22}, {2})
    assert (count(certificate, "order_items").removed, count(certificate, "payments").removed) == (2, 1)


def test_an_incremental_load_leaves_orders_that_it_did_not_read(batches: StagedBatches) -> None:
    batches.load(shop())
    batches.load(shop(orders=[], order_items=[], payments=[], customers=[]), mode=Mode.INCREMENTAL)
    assert (batches.sales().keys(), batches.payments().keys()) == ({11, 12, 21, 22}, {1, 2})
    assert not batches.members("dim_customer")[1]["is_deleted"]


def test_a_new_purchase_price_does_not_rewrite_history(batches: StagedBatches) -> None:
    batches.load(shop())
    dearer = [product(1, unit_cost=Decimal("90.00")), product(2)]
    batches.load(shop(products=dearer, order_items=[line(11, 1, quantity=3), *shop()["order_items"][1:], line(13, 1)]))
    sales = batches.sales()
    assert (sales[11]["unit_cost"], sales[11]["cost"]) == (Decimal("60.10"), 3 * Decimal("60.10"))
    assert sales[13]["unit_cost"] == Decimal("90.00")


def test_a_line_whose_product_changes_takes_the_new_products_price(batches: StagedBatches) -> None:
    batches.load(shop())
    batches.load(shop(order_items=[line(11, 1, product_id=2), *shop()["order_items"][1:]]))
    assert batches.sales()[11]["unit_cost"] == Decimal("10.00")


@pytest.mark.parametrize("other_status", ["paid", "new"], ids=["while others stayed", "into an empty fact"])
def test_a_line_that_left_the_fact_and_comes_back_keeps_its_cost(batches: StagedBatches, other_status: str) -> None:
    batches.load(shop())
    batches.load(shop(orders=[order(1, status="new"), order(2, status=other_status)]))
    assert {row["order_item_id"] for row in batches.query("SELECT order_item_id FROM dwh.kept_line_costs")} >= {11, 12}
    batches.load(shop(products=[product(1, unit_cost=Decimal("90.00")), product(2)]))
    assert batches.sales()[11]["unit_cost"] == Decimal("60.10")
    assert batches.query("SELECT * FROM dwh.kept_line_costs") == []


@pytest.mark.parametrize("other_status", ["paid", "new"], ids=["while others stayed", "into an empty fact"])
def test_a_line_that_comes_back_with_another_product_takes_that_ones_price(batches: StagedBatches, other_status: str) -> None:
    batches.load(shop())
    batches.load(shop(orders=[order(1, status="new"), order(2, status=other_status)]))
    batches.load(shop(order_items=[line(11, 1, product_id=2), *shop()["order_items"][1:]]))
    assert batches.sales()[11]["unit_cost"] == Decimal("10.00")


def test_members_not_found_are_inferred_and_completed_under_the_same_key(batches: StagedBatches) -> None:
    certificate = batches.load(shop(regions=[], categories=[], products=[], customers=[], employees=[]))
    sale = batches.sales()[11]
    assert (sale["unit_cost"], sale["cost"], sale["margin"]) == (None, None, None)
    inferred = {name: batches.members(name)[1] for name in ("dim_region", "dim_product", "dim_customer", "dim_employee")}
    assert all(member["is_inferred"] and not member["is_deleted"] for member in inferred.values())
    assert count(certificate, "products").merged == 0

    batches.load(shop())
    for name, member in inferred.items():
        completed = batches.members(name)[1]
        key = name.removeprefix("dim_") + "_key"
        assert (completed[key], completed["is_inferred"]) == (member[key], False)
    assert batches.members("dim_customer")[1]["full_name"] == "Customer 1"
    assert batches.sales()[11]["margin"] == cents(2 * Decimal("99.90") * Decimal("0.95")) - 2 * Decimal("60.10")


def test_a_completed_product_gives_its_cost_to_lines_that_are_not_read_again(batches: StagedBatches) -> None:
    batches.load(shop(products=[product(2)]))
    batches.load(shop(orders=[], order_items=[], payments=[]), mode=Mode.INCREMENTAL)
    sale = batches.sales()[11]
    assert (sale["cost"], sale["margin"]) == (2 * Decimal("60.10"), sale["revenue"] - 2 * Decimal("60.10"))


def test_a_parent_category_and_a_home_region_not_found_are_inferred(batches: StagedBatches) -> None:
    batches.load(shop(categories=[category(1, parent_category_id=7)], customers=[customer(1, region_id=9)]))
    assert batches.members("dim_category")[7]["is_inferred"]
    assert batches.members("dim_category")[1]["path"] == "(not loaded: 7) / Category 1"
    assert batches.members("dim_region")[9]["is_inferred"]


def test_an_order_without_employee_is_sold_online(batches: StagedBatches) -> None:
    batches.load(shop(orders=[order(1, employee_id=None), order(2)]))
    assert batches.sales()[11]["employee_key"] == 0
    assert {row["employee"] for row in batches.query("SELECT employee FROM dwh.mart_employee_performance")} == {"(online)", "Employee 1"}


def test_members_gone_from_the_source_are_marked_and_unmarked_when_back(batches: StagedBatches) -> None:
    both = [product(1), product(2), product(3), product(4)]
    batches.load(shop(products=both))
    certificate = batches.load(shop(products=both[:3]), mode=Mode.INCREMENTAL)
    assert batches.members("dim_product")[4]["is_deleted"]
    assert count(certificate, "products").removed == 1
    batches.load(shop(products=both), mode=Mode.INCREMENTAL)
    assert not batches.members("dim_product")[4]["is_deleted"]


def test_customers_gone_from_the_source_are_marked_by_a_full_load_only_and_unmarked_when_back(batches: StagedBatches) -> None:
    batches.load(shop(customers=[customer(1), customer(2)]))
    batches.load(shop(), mode=Mode.INCREMENTAL)
    assert not batches.members("dim_customer")[2]["is_deleted"]
    batches.load(shop())
    assert batches.members("dim_customer")[2]["is_deleted"]
    batches.load(shop(customers=[customer(2)]), mode=Mode.INCREMENTAL)
    assert not batches.members("dim_customer")[2]["is_deleted"]


def test_category_paths_follow_a_renamed_parent(batches: StagedBatches) -> None:
    below = [category(2, name="Смартфони", parent_category_id=1), category(3, name="5G", parent_category_id=2)]
    for top in ("Електроніка", "Техніка"):
        batches.load(shop(categories=[category(1, name=top), *below]))
        placed = {key: (row["path"], row["level"], row["parent_name"]) for key, row in batches.members("dim_category").items() if key}
        assert placed == {
            1: (top, 1, None),
            2: (f"{top} / Смартфони", 2, top),
            3: (f"{top} / Смартфони / 5G", 3, "Смартфони"),
        }


def test_categories_in_a_cycle_stand_alone(batches: StagedBatches) -> None:
    in_circles = [category(1, parent_category_id=2), category(2, parent_category_id=1), category(3, parent_category_id=3)]
    batches.load(shop(categories=in_circles))
    assert {row["path"] for key, row in batches.members("dim_category").items() if key} == {"Category 1", "Category 2", "Category 3"}


def test_days_outside_the_calendar_are_added_by_whole_years(batches: StagedBatches) -> None:
    early = order(1, order_date=datetime(2003, 7, 4, 12))  # noqa: DTZ001 - business time
    batches.load(shop(orders=[early, order(2)], payments=[payment(1, 1, paid_at=datetime(9999, 12, 31))]))  # noqa: DTZ001
    assert batches.sales()[11]["date_key"] == 20030704
    assert batches.payments()[1]["date_key"] == 99991231
    assert batches.query("SELECT count(*) AS days FROM dwh.dim_date WHERE year IN (2003, 9999)") == [{"days": 730}]


def test_the_calendar_has_no_gap_but_up_to_a_year_that_is_an_error(batches: StagedBatches) -> None:
    early = order(1, order_date=datetime(2003, 7, 4, 12))  # noqa: DTZ001 - business time
    batches.load(shop(orders=[early, order(2)], payments=[payment(1, 1, paid_at=datetime(9999, 12, 31))]))  # noqa: DTZ001
    years = "SELECT DISTINCT year FROM dwh.dim_date WHERE full_date IS NOT NULL ORDER BY year"
    *without_gap, error = [row["year"] for row in batches.query(years)]
    assert (without_gap, error) == (list(range(2003, without_gap[-1] + 1)), 9999)


def test_a_held_order_keeps_what_the_warehouse_has_of_it(batches: StagedBatches) -> None:
    batches.load(shop())
    before = batches.sales()
    changed = shop(
        orders=[order(1, status="cancelled"), order(2)], order_items=[line(11, 1, quantity=0), line(13, 1), *shop()["order_items"][2:]]
    )
    rejects = [
        ("order_items", 11, "order_items.quantity", 1),
        ("orders", 1, "held_with_order", 1),
        ("order_items", 13, "held_with_order", 1),
        ("payments", 1, "held_with_order", 1),
    ]
    certificate = batches.load(changed, rejects=rejects)
    assert batches.sales() == before
    counted = count(certificate, "order_items")
    assert (counted.rejected, counted.held, counted.unchanged) == (1, 1, 2)


def test_a_line_that_moves_to_a_held_order_leaves_the_order_it_was_in(batches: StagedBatches) -> None:
    batches.load(shop())
    lines = [line(11, 2), line(12, 1, product_id=2), line(21, 2, quantity=0), line(22, 2, product_id=2)]
    held = [("order_items", key, "held_with_order", 2) for key in (11, 22)]
    held += [("orders", 2, "held_with_order", 2), ("payments", 2, "held_with_order", 2)]
    batches.load(shop(order_items=lines), rejects=[("order_items", 21, "order_items.quantity", 2), *held])
    assert {key: row["order_id"] for key, row in batches.sales().items()} == {12: 1, 21: 2, 22: 2}


def test_a_rejected_payment_is_held_alone(batches: StagedBatches) -> None:
    batches.load(shop())
    changed = shop(orders=[order(1, status="delivered"), order(2)], payments=[payment(1, 1, amount=Decimal(-5)), payment(2, 2)])
    batches.load(changed, rejects=[("payments", 1, "payments.amount", 1)])
    assert batches.payments()[1]["amount"] == Decimal("189.81")
    assert batches.sales()[11]["order_status"] == "delivered"


def test_a_rejected_member_stays_as_it_was(batches: StagedBatches) -> None:
    batches.load(shop())
    batches.load(shop(products=[product(1, name=""), product(2)]), rejects=[("products", 1, "products.name", None)])
    member = batches.members("dim_product")[1]
    assert (member["name"], member["is_deleted"]) == ("Product 1", False)


def test_rejects_are_listed_and_resolved_with_the_release(batches: StagedBatches) -> None:
    batches.load(shop(), rejects=[("payments", 1, "payments.amount", 1)])
    listed = "SELECT row_key, resolved_at IS NOT NULL AS is_resolved FROM stg.rejected_rows"
    assert batches.query(listed) == [{"row_key": "1", "is_resolved": False}]
    batches.load(shop())
    assert batches.query(listed) == [{"row_key": "1", "is_resolved": True}]


def test_watermarks_advance_to_the_horizon_and_never_back(batches: StagedBatches) -> None:
    late, early = datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 22, 11, tzinfo=UTC)
    for horizon in (late, early):
        batches.load(shop(), horizon=horizon)
        assert {row["watermark"] for row in batches.query("SELECT watermark FROM dwh.load_watermarks")} == {late}


def test_the_ledger_holds_the_certificate(batches: StagedBatches) -> None:
    certificate = batches.load(shop())
    (row,) = batches.query("SELECT status, verdict, extract_id, finished_at IS NOT NULL AS ended, certificate FROM dwh.load_batches")
    assert (row["status"], row["verdict"], row["extract_id"], row["ended"]) == ("released", "PASS", certificate.extract_id, True)
    assert row["certificate"] == certificate.as_json()
    assert certificate.balanced
    revenue = next(control for control in certificate.sums if control.measure == "fact_sales.revenue")
    assert revenue.staged == revenue.released == 4 * cents(2 * Decimal("99.90") * Decimal("0.95"))


def test_a_release_whose_answer_was_lost_is_not_made_twice(batches: StagedBatches) -> None:
    batches.stage(shop())
    batch = open_batch(batches.warehouse, Mode.FULL, requested_by="test")
    manifest = batches.manifest(Mode.FULL)
    report = GateReport(batch.batch_id, manifest.snapshot_at, outcomes=(), tables={})
    first, again = (
        release(
            batches.warehouse, batch_id=batch.batch_id, manifest=manifest, report=report, project=Project(CATALOG, (), batches.settings)
        )
        for _ in range(2)
    )
    assert again == first
    assert batches.query("SELECT counts FROM dwh.load_batches") == [{"counts": manifest.tables}]
