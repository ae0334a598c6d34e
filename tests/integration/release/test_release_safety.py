import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from techmarket.db.driver_errors import typed_errors
from techmarket.db.engines import warehouse_engine
from techmarket.errors import ConcurrentRunError, DataQualityError, IntegrityError, TransientError
from techmarket.extract.sealed import WHOLE, Part, TableRead
from techmarket.ledger.batches import close_batch
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Extent, Mode
from techmarket.project import Project
from techmarket.quality.gate.report import GateReport
from techmarket.release.bulk_indexes import indexes_built_last
from techmarket.release.release import release
from techmarket.settings import Settings
from tests.support.waiting import wait_until
from tests.support.warehouse.staged_batch import FIRST_SNAPSHOT, StagedBatches, customer, line, order, payment, product, region, shop
from tests.support.warehouse.warehouse_reading import somebody_waits_for_a_lock

STATE = (
    "SELECT t.*, t.xmin::text FROM dwh.fact_sales AS t ORDER BY 1",
    "SELECT t.*, t.xmin::text FROM dwh.fact_payments AS t ORDER BY 1",
    "SELECT t.*, t.xmin::text FROM dwh.dim_product AS t ORDER BY 1",
    "SELECT t.*, t.xmin::text FROM dwh.load_watermarks AS t ORDER BY 1",
    "SELECT t.*, t.xmin::text FROM stg.rejected_rows AS t ORDER BY 1",
)


@pytest.fixture
def batches(warehouse: sa.Engine, settings: Settings) -> StagedBatches:
    batches = StagedBatches(warehouse, settings)
    batches.load(shop())
    return batches


@contextmanager
def refused(batches: StagedBatches, error: type[Exception], match: str) -> Iterator[None]:
    """The block raises, and changes no facts, members, watermarks or quarantine."""
    before = [batches.query(statement) for statement in STATE]
    with pytest.raises(error, match=match):
        yield
    assert [batches.query(statement) for statement in STATE] == before


def many_lines(count: int) -> list[dict[str, object]]:
    return [line(100 + n, 1) for n in range(count)]


def test_a_batch_that_another_load_abandoned_is_not_released(batches: StagedBatches) -> None:
    batches.stage(shop(order_items=[line(11, 1, quantity=9)]))
    with refused(batches, ConcurrentRunError, "another load took over"):
        batches.release(before=lambda batch_id: close_batch(batches.warehouse, batch_id, status="abandoned"))


def test_a_batch_that_the_gate_blocked_is_not_released(batches: StagedBatches) -> None:
    report = GateReport(1, datetime.now(UTC), outcomes=(), tables={}, blocked_by=("Too many rows are rejected.",))
    with refused(batches, DataQualityError, "Too many rows"):
        release(
            batches.warehouse,
            batch_id=1,
            manifest=batches.manifest(Mode.FULL),
            report=report,
            project=Project(CATALOG, (), batches.settings),
        )


def test_an_extract_older_than_the_newest_release_is_refused(batches: StagedBatches) -> None:
    batches.stage(shop(order_items=[line(11, 1, quantity=9)]))
    with refused(batches, IntegrityError, "before the newest release"):
        batches.release(snapshot_at=FIRST_SNAPSHOT)


FULL, INCREMENTAL, BACKFILL, REPAIR = Mode.FULL, Mode.INCREMENTAL, Mode.BACKFILL, Mode.REPAIR


@pytest.mark.parametrize(
    ("newest", "older"),
    [
        (FULL, BACKFILL),
        (INCREMENTAL, REPAIR),
        (REPAIR, BACKFILL),
        (BACKFILL, REPAIR),
        (REPAIR, REPAIR),
        (BACKFILL, INCREMENTAL),
        (REPAIR, FULL),
    ],
)
def test_an_extract_older_than_what_it_could_turn_back_is_refused(batches: StagedBatches, newest: Mode, older: Mode) -> None:
    batches.release(mode=newest)
    batches.stage(shop(order_items=[line(11, 1, quantity=9)]))
    with refused(batches, IntegrityError, "before the newest release"):
        batches.release(mode=older, snapshot_at=FIRST_SNAPSHOT + timedelta(hours=1, minutes=30))


def test_backfills_may_come_in_any_order_but_none_before_what_followed_the_source(batches: StagedBatches) -> None:
    batches.release(mode=BACKFILL, snapshot_at=FIRST_SNAPSHOT + timedelta(hours=9))
    batches.release(mode=BACKFILL, snapshot_at=FIRST_SNAPSHOT + timedelta(hours=2))
    with refused(batches, IntegrityError, "before the newest release"):
        batches.release(mode=BACKFILL, snapshot_at=FIRST_SNAPSHOT)


@pytest.mark.parametrize("table", ["customers", "order_items", "payments"])
def test_a_selective_load_that_would_delete_too_much_is_refused_and_may_be_allowed(batches: StagedBatches, table: str) -> None:
    many = range(1, 41)
    orders, customers = [order(n, customer_id=n) for n in many], [customer(n) for n in many]
    lines, payments = [line(10 * n, n) for n in many], [payment(n, n) for n in many]
    batches.load(shop(orders=orders, customers=customers, order_items=lines, payments=payments), allow_mass_delete=True)
    key = "customers" if table == "customers" else "orders"
    others = {"order_items": "payments", "payments": "order_items"}.get(table)
    if others:
        with batches.warehouse.begin() as connection:
            connection.exec_driver_sql(f"DELETE FROM dwh.fact_{'payments' if others == 'payments' else 'sales'}")
    batches.stage(shop(orders=[], customers=[], order_items=[], payments=[]))
    with refused(batches, IntegrityError, "has lost or replaced 11 of 40 rows.*mass deletion"):
        batches.release(mode=REPAIR, requested_keys={key: list(range(30, 41))})
    certificate = batches.release(mode=REPAIR, requested_keys={key: list(range(30, 41))}, allow_mass_delete=True)
    assert next(count for count in certificate.tables if count.table == table).removed == 11


def test_an_extract_that_begins_above_the_watermark_is_refused(batches: StagedBatches) -> None:
    batches.stage(shop(order_items=[line(11, 1, quantity=9)]))
    gap = dict.fromkeys(CATALOG, WHOLE) | {"orders": TableRead(Extent.CHANGES, FIRST_SNAPSHOT + timedelta(days=1))}
    with refused(batches, IntegrityError, "changes of orders from .* would be lost"):
        batches.release(mode=Mode.INCREMENTAL, reads=gap)


def test_an_incremental_extract_is_refused_by_a_warehouse_that_was_never_loaded(warehouse: sa.Engine, settings: Settings) -> None:
    empty = StagedBatches(warehouse, settings)
    empty.stage(shop())
    with refused(empty, IntegrityError, "nothing at all"):
        empty.release(mode=Mode.INCREMENTAL)


@pytest.mark.parametrize("table", ["regions", "products", "order_items", "payments"])
def test_a_source_that_looks_truncated_is_refused_and_may_be_allowed(batches: StagedBatches, table: str) -> None:
    regions, products = [region(n) for n in range(1, 40)], [product(n) for n in range(1, 40)]
    payments = [payment(n, 1) for n in range(1, 40)]
    whole = shop(regions=regions, products=products, order_items=many_lines(40), payments=payments)
    batches.load(whole, allow_mass_delete=True)
    batches.stage(whole | {table: whole[table][:20]})
    with refused(batches, IntegrityError, "mass deletion"):
        batches.release()
    certificate = batches.release(allow_mass_delete=True)
    assert next(count for count in certificate.tables if count.table == table).removed >= 19


def test_a_small_table_may_lose_a_few_rows_but_not_all(batches: StagedBatches) -> None:
    batches.load(shop(regions=[region(n) for n in range(1, 5)]))
    batches.load(shop(regions=[region(1), region(2)]))
    batches.stage(shop(regions=[]))
    with refused(batches, IntegrityError, r"2 of 2 rows"):
        batches.release()


def test_orders_that_leave_the_recognised_statuses_are_no_mass_deletion(batches: StagedBatches) -> None:
    batches.load(shop(order_items=many_lines(40)), allow_mass_delete=True)
    certificate = batches.load(shop(orders=[order(1, status="cancelled"), order(2)], order_items=many_lines(40)))
    assert next(count for count in certificate.tables if count.table == "order_items").removed == 40


@pytest.mark.parametrize(
    ("body", "match"),
    [
        ("NEW.revenue := NEW.revenue + 0.01; RETURN NEW;", "fact_sales.revenue: staged .*, released"),
        ("RETURN NULL;", "order_items: extracted 5, staged 5, but 0 merged"),
        ("NEW.order_id := 2; RETURN NEW;", "orders: extracted 2"),
    ],
)
def test_a_release_that_does_not_balance_does_not_commit(batches: StagedBatches, body: str, match: str) -> None:
    with batches.warehouse.begin() as connection:
        connection.exec_driver_sql(f"CREATE FUNCTION stg.spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
        connection.exec_driver_sql("CREATE TRIGGER spoil BEFORE INSERT ON dwh.fact_sales FOR EACH ROW EXECUTE FUNCTION stg.spoil()")
    batches.stage(shop(orders=[order(1), order(3)], order_items=many_lines(5), payments=[]))
    with refused(batches, IntegrityError, match):
        batches.release(allow_mass_delete=True)


def test_staged_rows_that_differ_from_the_manifest_are_not_released(batches: StagedBatches) -> None:
    batches.stage(shop(order_items=[line(11, 1, quantity=9), *shop()["order_items"][1:]]))
    parts = tuple(Part(table, table, 5, 0, "") for table in CATALOG)
    with refused(batches, IntegrityError, "order_items: extracted 5, staged 4"):
        batches.release(parts=parts)


def test_readers_see_the_old_release_until_the_new_one_commits(batches: StagedBatches) -> None:
    revenue = "SELECT sum(revenue) AS revenue FROM dwh.mart_sales_dynamics"
    old = batches.query(revenue)
    batches.stage(shop(order_items=[line(11, 1, quantity=9)]))
    releasing = threading.Thread(target=lambda: batches.release(allow_mass_delete=True))
    with batches.warehouse.begin() as connection:
        connection.exec_driver_sql("SELECT * FROM dwh.load_watermarks FOR UPDATE")  # the release stops here, after the facts
        releasing.start()
        wait_until(lambda: somebody_waits_for_a_lock(batches.warehouse))
        assert batches.query(revenue) == old
    releasing.join()
    assert batches.query(revenue) != old


def test_a_reader_of_the_empty_fact_does_not_stop_the_first_load(warehouse: sa.Engine, settings: Settings) -> None:
    hurried = settings.model_copy(update={"lock_timeout": timedelta(milliseconds=200)})
    batches = StagedBatches(warehouse_engine(warehouse.url, hurried), hurried)
    with warehouse.begin() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM dwh.fact_sales")
        batches.load(shop())
    assert len(batches.sales()) == 4


def test_the_first_load_leaves_every_index_as_it_was(warehouse: sa.Engine, settings: Settings) -> None:
    batches = StagedBatches(warehouse, settings)
    defined = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'dwh' ORDER BY 1"
    before = batches.query(defined)
    batches.load(shop())
    assert batches.query(defined) == before
    assert len(before) > 20


def test_a_connection_lost_before_a_fact_is_filled_is_not_taken_for_a_reader_in_the_way(warehouse: sa.Engine) -> None:
    def lose(connection: sa.Connection, _savepoint: str) -> None:
        back_end = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with warehouse.connect() as other:
            other.exec_driver_sql("SELECT pg_terminate_backend(%s, 5000)", (back_end,))

    def fill() -> None:
        with typed_errors("Release"), warehouse.begin() as connection:
            sa.event.listen(connection, "savepoint", lose)
            with indexes_built_last(connection, "fact_payments"):
                pass

    with pytest.raises(TransientError, match="PostgreSQL failed for the moment"):
        fill()
