"""Under concurrent writers and odd clocks, every change arrives with the first load after its commit.

Extracts have no overlap where the horizon is tested, so that nothing else brings a late row.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from infra.local.servers import private_servers
from techmarket.db.engines import Databases, source_engine
from techmarket.db.sql import read_sql
from techmarket.extract.live import ExtractRequest, extract
from techmarket.extract.sealed import SealedExtract, new_extract_id
from techmarket.ledger.batches import open_batch
from techmarket.load.load import extract_batch
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.seed import create_schema
from techmarket.settings import Settings
from tests.support.queries import run, value
from tests.support.servers.own_servers import own_purpose
from tests.support.shop.small_shop import keys, open_shop, writing
from tests.support.shop.source_reading import let_the_clock_run, source_clock
from tests.support.waiting import wait_until

Load = Callable[..., SealedExtract]

CHANGE_ORDER_1 = "UPDATE orders SET total_amount = total_amount + 1 WHERE order_id = 1"


@pytest.fixture
def shop(source_admin: sa.Engine) -> sa.Engine:
    """Twenty old orders."""
    open_shop(source_admin, orders=range(1, 21))
    return source_admin


@pytest.fixture
def load(shop: sa.Engine, source: sa.Engine, settings: Settings) -> Load:
    return loads(shop, source, settings)


def loads(shop: sa.Engine, source: sa.Engine, settings: Settings) -> Load:
    """Incremental extracts, each from the horizon of the one before."""
    exact = settings.model_copy(update={"watermark_overlap": timedelta(0), "page_rows": 3_000})
    watermarks = [source_clock(shop)]

    def load(watermark: datetime | None = None) -> SealedExtract:
        request = ExtractRequest(Mode.INCREMENTAL, dict.fromkeys(CATALOG, watermark or max(watermarks)), {})
        sealed = extract(source, request, extract_id=new_extract_id(), project=Project(CATALOG, (), exact))
        watermarks.append(sealed.manifest.horizon)
        return sealed

    return load


def outlast_the_margin(shop: sa.Engine) -> None:
    """Wait longer than the second between the source's clock and the horizon."""
    let_the_clock_run(shop, 1.5)


def change(connection: sa.Connection, order_id: int) -> None:
    connection.execute(sa.text("UPDATE orders SET total_amount = total_amount + 1 WHERE order_id = :order_id"), {"order_id": order_id})


def change_when_the_clock_shows(instant: datetime, shop: sa.Engine, order_id: int) -> None:
    """Commit a change with a stamp from a clock set for this session."""
    with shop.connect() as connection:
        connection.exec_driver_sql(f"SET timestamp = {instant.timestamp()}")
        change(connection, order_id)
        connection.commit()


def test_every_one_of_200_interleaved_transactions_arrives_with_the_first_load_after_its_commit(load: Load, shop: sa.Engine) -> None:
    random = Random(20261122)  # noqa: S311 - repeatable on purpose
    writers: dict[int, sa.Connection] = {}
    committed: set[int] = set()
    unbegun = 200
    while unbegun or writers or committed:
        step = random.choices(["begin", "commit", "load"], [6, 5, 1])[0]
        idle = [order_id for order_id in range(1, 21) if order_id not in writers]
        if step == "begin" and unbegun and idle:
            order_id = random.choice(idle)
            writers[order_id] = shop.connect()
            change(writers[order_id], order_id)
            unbegun -= 1
        elif step == "commit" and writers:
            order_id = random.choice(list(writers))
            with writers.pop(order_id) as writer:
                writer.commit()
            committed.add(order_id)
        elif step == "load":
            assert committed <= set(keys(load(), "orders"))
            committed.clear()


@pytest.mark.parametrize(
    ("statement", "time"),
    [("SELECT utc_timestamp(6)", 1), (read_sql("mysql/extract/safe_horizon.sql"), 1), ("START TRANSACTION", 2)],
    ids=["after the clock is read", "after the writers are listed", "after the snapshot is opened"],
)
def test_a_commit_while_the_snapshot_is_being_opened_is_not_lost(
    load: Load, shop: sa.Engine, source: sa.Engine, statement: str, time: int
) -> None:
    with writing(shop, CHANGE_ORDER_1) as writer:
        outlast_the_margin(shop)
        with committed_after(writer, source, statement, time):
            first = load()
    assert 1 in keys(first, "orders") + keys(load(), "orders")


@contextmanager
def committed_after(writer: sa.Connection, source: sa.Engine, statement: str, time: int) -> Iterator[None]:
    """The writer commits after the extract has run the statement ``time`` times."""
    seen: list[str] = []

    def watch(_connection: object, _cursor: object, ran: str, *_: object) -> None:
        seen.extend([ran] if ran.startswith(statement) else [])
        if len(seen) == time:
            writer.commit()

    sa.event.listen(source, "after_cursor_execute", watch)
    yield
    sa.event.remove(source, "after_cursor_execute", watch)
    assert len(seen) >= time


HELD = "UPDATE orders JOIN (SELECT get_lock('held', 60) AS got) AS held SET total_amount = total_amount + 1 WHERE order_id = {}"


@contextmanager
def waiting(shop: sa.Engine, lock: str, statement: str, writers: Sequence[int]) -> Iterator[None]:
    """Statements that began, and reach no row before the block has ended."""

    def write(order_id: int) -> None:
        with shop.begin() as connection:
            connection.exec_driver_sql(f"/* app */ {statement.format(order_id)}")
            connection.exec_driver_sql("DO release_lock('held')")

    with ThreadPoolExecutor(len(writers)) as pool, shop.connect() as locker:
        locker.exec_driver_sql(lock)
        written = [pool.submit(write, order_id) for order_id in writers]
        wait_until(lambda: value(shop, f"SELECT count(*) FROM information_schema.processlist WHERE {WAITS}") == len(written))
        try:
            yield
        finally:
            locker.exec_driver_sql("UNLOCK TABLES")
            locker.exec_driver_sql("DO release_lock('held')")
            for done in written:
                done.result()


WAITS = "info LIKE '/* app */%%' AND (state LIKE 'Waiting for table%%' OR state = 'User lock')"
WAYS_TO_WAIT = {
    "behind a lock of the table": ("LOCK TABLES orders READ LOCAL", CHANGE_ORDER_1.replace("= 1", "= {}")),
    "while it computes": ("SELECT get_lock('held', 0)", HELD),
}


@pytest.mark.parametrize(("lock", "statement"), WAYS_TO_WAIT.values(), ids=WAYS_TO_WAIT)
def test_what_a_statement_stamped_before_it_reached_a_row_arrives(load: Load, shop: sa.Engine, lock: str, statement: str) -> None:
    """In four rounds of thirteen statements each."""
    random = Random(20261201)  # noqa: S311 - repeatable on purpose
    for _round in range(4):
        orders = random.sample(range(1, 21), 13)
        arrived: list[int] = []
        with waiting(shop, lock, statement, orders):
            outlast_the_margin(shop)
            for _ in range(random.randint(1, 2)):
                arrived += keys(load(), "orders")
        assert set(orders) <= {*arrived, *keys(load(), "orders")}


def test_a_query_that_runs_for_long_does_not_hold_the_horizon(load: Load, shop: sa.Engine) -> None:
    with waiting(shop, "SELECT get_lock('held', 0)", "SELECT get_lock('held', 60)", [1]):
        outlast_the_margin(shop)
        assert source_clock(shop) - load().manifest.horizon < timedelta(seconds=1.5)


def test_a_prepared_transaction_that_outlives_its_server_is_not_lost(settings: Settings) -> None:
    """After the restart, it seems to have begun then."""
    with own_purpose() as purpose:
        server, _ = private_servers(purpose)
        with sa.create_engine(server.ensure()).begin() as connection:
            connection.exec_driver_sql("CREATE DATABASE shop")
        shop = sa.create_engine(server.ensure().set(database="shop"), poolclass=NullPool)
        create_schema(shop)
        open_shop(shop)
        load = loads(shop, source_engine(shop.url, settings), settings)
        prepare(shop, CHANGE_ORDER_1)
        outlast_the_margin(shop)
        server.stop()
        server.ensure()
        outlast_the_margin(shop)
        first = load()
        with shop.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("XA COMMIT 'kept'")
        assert 1 in keys(first, "orders") + keys(load(), "orders")


def prepare(shop: sa.Engine, statement: str) -> None:
    with shop.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for step in ("XA START 'kept'", statement, "XA END 'kept'", "XA PREPARE 'kept'"):
            connection.exec_driver_sql(step)
        connection.invalidate()  # ROLLBACK is refused


def test_a_monitor_that_keeps_the_list_of_transactions_old_hides_no_writer(load: Load, shop: sa.Engine) -> None:
    with polling(shop), writing(shop, CHANGE_ORDER_1):
        outlast_the_margin(shop)
        load()
    assert 1 in keys(load(), "orders")


@contextmanager
def polling(shop: sa.Engine) -> Iterator[None]:
    """Reads the list faster than InnoDB renews it (when unread for 0.1 s)."""
    began, ended = threading.Event(), threading.Event()

    def poll() -> None:
        with shop.connect() as connection:
            while not ended.wait(0.02):
                connection.exec_driver_sql("SELECT COUNT(*) FROM information_schema.innodb_trx")
                began.set()

    monitor = threading.Thread(target=poll)
    monitor.start()
    try:
        assert began.wait(10)
        yield
    finally:
        ended.set()
        monitor.join()


def test_ten_thousand_orders_stamped_exactly_at_the_watermark_are_all_read(load: Load, shop: sa.Engine) -> None:
    watermark = source_clock(shop) - timedelta(minutes=1)
    stamps = dict.fromkeys(range(1001, 11001), watermark) | {11_001: watermark - timedelta(microseconds=1)}
    with shop.begin() as connection:
        connection.exec_driver_sql("SET time_zone = '+00:00'")
        connection.execute(
            sa.text(
                "INSERT INTO orders (order_id, customer_id, order_date, region_id, total_amount, status, updated_at)"
                " VALUES (:order_id, 1, '2026-01-05 14:00:00', 1, 0, 'new', :stamp)"
            ),
            [{"order_id": order_id, "stamp": stamp.replace(tzinfo=None)} for order_id, stamp in stamps.items()],
        )
    assert keys(load(watermark), "orders") == list(range(1_001, 11_001))


def test_a_row_stamped_a_year_ahead_hides_no_later_change(load: Load, shop: sa.Engine) -> None:
    change_when_the_clock_shows(source_clock(shop) + timedelta(days=365), shop, 1)
    outlast_the_margin(shop)
    load()
    run(shop, "UPDATE orders SET status = 'shipped' WHERE order_id = 2")
    assert keys(load(), "orders") == [1, 2]


@pytest.mark.parametrize(
    ("first", "then", "watermark"),
    [
        ("2026-03-29 00:59:59.9", "2026-03-29 01:00:00.0", "2026-03-29 01:00:00.0"),
        ("2026-10-25 00:30:00.0", "2026-10-25 01:30:00.0", "2026-10-25 01:00:00.0"),
        ("2026-10-25 00:45:00.0", "2026-10-25 01:15:00.0", "2026-10-25 01:00:00.0"),
    ],
    ids=["spring: 02:59 and 04:00", "autumn: 03:30 twice", "autumn: 03:45 before 03:15"],
)
def test_stamps_are_instants_in_the_nights_when_clocks_change(load: Load, shop: sa.Engine, first: str, then: str, watermark: str) -> None:
    early, late, mark = (datetime.fromisoformat(f"{text}+00:00") for text in (first, then, watermark))
    change_when_the_clock_shows(early, shop, 1)
    change_when_the_clock_shows(late, shop, 2)
    assert keys(load(mark), "orders") == [2]


@pytest.mark.parametrize("night", ["2026-03-28 22:00", "2026-10-24 22:00"], ids=["spring", "autumn"])
def test_the_start_of_a_transaction_is_never_taken_for_later_than_it_was(shop: sa.Engine, night: str) -> None:
    """``trx_started`` is wall time: in one autumn hour, starts may be taken for an hour earlier."""
    mistaken = []
    with shop.connect() as connection:
        for minutes in range(0, 8 * 60, 15):
            began = datetime.fromisoformat(night) + timedelta(minutes=minutes)
            found = oldest_writer(connection, began)
            assert found in {began, began - timedelta(hours=1)}
            mistaken += [began] if found != began else []
        runs_an_hour_twice = connection.exec_driver_sql(
            "SELECT CONVERT_TZ('2026-10-25 00:30:00', '+00:00', 'SYSTEM') = CONVERT_TZ('2026-10-25 01:30:00', '+00:00', 'SYSTEM')"
        ).scalar_one()
    assert len(mistaken) == (4 if runs_an_hour_twice and "10-24" in night else 0)


def oldest_writer(connection: sa.Connection, began: datetime) -> datetime:
    """Of a transaction that began at this UTC instant; a row replaces InnoDB's list."""
    listed = (
        f"(SELECT CONVERT_TZ('{began}', '+00:00', 'SYSTEM') AS trx_started, 0 AS trx_mysql_thread_id, 0 AS trx_is_read_only,"
        " 1 AS trx_rows_modified, 0 AS trx_rows_locked, NULL AS trx_query, 'RUNNING' AS trx_state) AS innodb_trx"
    )
    statement = read_sql("mysql/extract/safe_horizon.sql").replace("information_schema.innodb_trx", listed)
    found: datetime = connection.exec_driver_sql(statement).one().oldest_writer
    return found


def test_changes_after_the_sources_clock_was_set_back_arrive(
    shop: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings
) -> None:
    """A server's clock cannot be set: the newest release gets a time ten minutes ahead."""
    an_hour_ago = source_clock(shop) - timedelta(hours=1)
    record_release(warehouse, started_at=an_hour_ago, snapshot_at=an_hour_ago + timedelta(minutes=10))
    change_when_the_clock_shows(an_hour_ago + timedelta(seconds=30), shop, 1)
    assert keys(extracted(source, warehouse, settings), "orders") == [1]


def test_the_overlap_is_not_widened_while_the_sources_clock_keeps_pace(
    shop: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings
) -> None:
    """A clock with a constant error needs no correction."""
    an_hour_ago = source_clock(shop) - timedelta(hours=1)
    record_release(warehouse, started_at=an_hour_ago, snapshot_at=an_hour_ago)
    change_when_the_clock_shows(an_hour_ago - settings.watermark_overlap - timedelta(seconds=30), shop, 1)
    assert keys(extracted(source, warehouse, settings), "orders") == []


def record_release(warehouse: sa.Engine, *, started_at: datetime, snapshot_at: datetime) -> None:
    """The load saw everything up to its snapshot."""
    with warehouse.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO dwh.load_batches (mode, status, requested_by, started_at, snapshot_at)"
                " VALUES ('full', 'released', 'test', :started_at, :snapshot_at)"
            ),
            {"started_at": started_at, "snapshot_at": snapshot_at},
        )
        connection.execute(sa.text("UPDATE dwh.load_watermarks SET watermark = :snapshot_at"), {"snapshot_at": snapshot_at})


def extracted(source: sa.Engine, warehouse: sa.Engine, settings: Settings) -> SealedExtract:
    batch = open_batch(warehouse, Mode.INCREMENTAL, requested_by="test")
    return extract_batch(Databases(source, warehouse), batch, project=Project(CATALOG, (), settings))
