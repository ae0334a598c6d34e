import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from techmarket.errors import ConfigurationError, IntegrityError, TransientError
from techmarket.extract import page_reader
from techmarket.extract.live import ExtractRequest, extract
from techmarket.extract.sealed import WHOLE, Part, SealedExtract, new_extract_id, open_sealed
from techmarket.extract.snapshot import open_snapshot
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Extent, Mode
from techmarket.project import Project
from techmarket.settings import Settings
from tests.support.progress import Counting
from tests.support.queries import run
from tests.support.shop.small_shop import SINCE, keys, open_shop, place_order, writing
from tests.support.shop.source_reading import let_the_clock_run, source_clock

Read = Callable[..., SealedExtract]
OF_ORDERS = ("orders", "order_items", "payments")


@pytest.fixture
def shop(source_admin: sa.Engine) -> sa.Engine:
    """Three old orders."""
    open_shop(source_admin)
    return source_admin


@pytest.fixture
def read(shop: sa.Engine, source: sa.Engine, settings: Settings) -> Read:  # noqa: ARG001 - there must be a shop
    """By default the changes since the watermark."""

    def read(
        mode: Mode = Mode.INCREMENTAL, since: datetime | None = SINCE, requested_keys: dict[str, list[int]] | None = None, **given: Any
    ) -> SealedExtract:
        request = ExtractRequest(mode, dict.fromkeys(CATALOG, since), requested_keys or {})
        project = Project(given.pop("catalog", CATALOG), (), given.pop("settings", settings))
        return extract(source, request, project, **{"extract_id": new_extract_id()} | given)

    return read


def test_full_extract_holds_every_row_in_the_order_of_its_key(read: Read) -> None:
    sealed = read(Mode.FULL)
    assert {table: keys(sealed, table) for table in CATALOG} == {
        "regions": [1], "customers": [1, 2], "employees": [1], "categories": [1, 2], "products": [1],
        "orders": [1, 2, 3], "order_items": [11, 12, 21, 22, 31, 32], "payments": [1, 2, 3],
    }  # fmt: skip
    assert sealed.manifest.tables == {table: len(keys(sealed, table)) for table in CATALOG}
    assert set(sealed.manifest.reads.values()) == {WHOLE}


def test_incremental_extract_of_a_warehouse_never_loaded_reads_everything(read: Read) -> None:
    assert read(since=None).manifest.tables == read(Mode.FULL).manifest.tables


def test_incremental_extract_reads_reference_tables_whole_and_of_the_others_nothing_that_is_old(read: Read) -> None:
    assert {table for table, rows in read().manifest.tables.items() if rows} == {"regions", "employees", "categories", "products"}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE orders SET status = 'shipped' WHERE order_id = 2",
        "UPDATE order_items SET quantity = 2 WHERE order_item_id = 22",
        "UPDATE payments SET amount = 1 WHERE payment_id = 2",
        "INSERT INTO payments (order_id, method, paid_at, amount) VALUES (2, 'cash', NOW(), 5)",
    ],
    ids=["header", "line", "payment", "new payment"],
)
def test_a_change_to_any_row_of_an_order_reads_the_whole_order(read: Read, shop: sa.Engine, change: str) -> None:
    run(shop, change)
    sealed = read()
    assert (keys(sealed, "orders"), keys(sealed, "order_items")) == ([2], [21, 22])
    with shop.connect() as connection:
        payments = connection.exec_driver_sql("SELECT payment_id FROM payments WHERE order_id = 2 ORDER BY payment_id").scalars().all()
    assert keys(sealed, "payments") == payments


def test_only_the_changed_customer_is_read(read: Read, shop: sa.Engine) -> None:
    run(shop, "UPDATE customers SET full_name = 'Тарас Бондаренко' WHERE customer_id = 2")
    assert keys(read(), "customers") == [2]


def test_a_row_stamped_exactly_at_the_low_bound_is_read(read: Read, settings: Settings, shop: sa.Engine) -> None:
    low = SINCE - settings.watermark_overlap
    run(
        shop,
        "SET time_zone = '+00:00'",
        f"UPDATE orders SET updated_at = '{low:%Y-%m-%d %H:%M:%S.%f}' WHERE order_id = 1",
        f"UPDATE orders SET updated_at = '{low - timedelta(microseconds=1):%Y-%m-%d %H:%M:%S.%f}' WHERE order_id = 2",
    )
    assert keys(read(), "orders") == [1]


def test_quarantined_rows_are_read_again_though_they_did_not_change(read: Read) -> None:
    sealed = read(requested_keys={"orders": [3, 1], "customers": [2]})
    assert [keys(sealed, table) for table in ("orders", "order_items", "payments", "customers")] == [[1, 3], [11, 12, 31, 32], [1, 3], [2]]
    assert sealed.manifest.requested_keys == {"orders": [1, 3], "customers": [2]}


def test_a_quarantined_row_that_changed_is_read_once(read: Read, shop: sa.Engine) -> None:
    run(shop, "UPDATE orders SET status = 'shipped' WHERE order_id = 2")
    assert keys(read(requested_keys={"orders": [2, 99]}), "orders") == [2]


def test_a_selective_extract_holds_the_asked_rows_and_the_reference_tables_and_nothing_that_changed(read: Read, shop: sa.Engine) -> None:
    run(shop, "UPDATE orders SET status = 'shipped'", "UPDATE customers SET phone = '1'")
    sealed = read(Mode.REPAIR, requested_keys={"orders": [3, 99, 3], "customers": [2]})
    assert {table: keys(sealed, table) for table in CATALOG} == {
        "regions": [1], "customers": [2], "employees": [1], "categories": [1, 2], "products": [1],
        "orders": [3], "order_items": [31, 32], "payments": [3],
    }  # fmt: skip
    assert sealed.manifest.tables == {table: len(keys(sealed, table)) for table in CATALOG}
    assert sealed.manifest.requested_keys == {"orders": [3, 99], "customers": [2]}
    assert {table for table, how in sealed.manifest.reads.items() if how.extent is Extent.REQUESTED} == {"customers", *OF_ORDERS}
    assert open_sealed(sealed.directory, CATALOG) == sealed


def test_what_no_extract_looks_for_by_key_cannot_be_requested(read: Read) -> None:
    with pytest.raises(ValueError, match="rows of order_items, regions cannot be requested by key, only those of customers, orders"):
        read(Mode.REPAIR, requested_keys={"regions": [1], "order_items": [11], "orders": [1]})


def test_rows_of_many_orders_are_found_by_index_even_where_the_statistics_say_that_each_order_has_thousands(
    read: Read, shop: sa.Engine, source: sa.Engine
) -> None:
    copy_lines_to_new_orders(shop, 20_000)
    mislead(shop)
    looked_at: list[int] = []

    def count(connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
        if "group_concat" in statement and "max(`order_item_id`)" in statement:
            with connection.connection.cursor() as cursor:
                cursor.execute("SHOW SESSION STATUS LIKE 'Handler_read_%'")
                looked_at.append(sum(int(rows) for _, rows in cursor.fetchall()))

    sa.event.listen(source, "before_cursor_execute", count)
    sa.event.listen(source, "after_cursor_execute", count)
    requested = range(10, 10 + 12 * 1_200, 12)
    assert keys(read(requested_keys={"orders": list(requested)}), "order_items") == [
        10 * order + line for order in requested for line in (1, 2)
    ]
    before, after = looked_at
    assert after - before < 20_000, "of 40,000 lines"


def test_the_keys_of_what_changed_are_read_by_one_statement_and_not_by_one_a_page(
    read: Read, settings: Settings, shop: sa.Engine, source: sa.Engine
) -> None:
    run(shop, "UPDATE orders SET status = 'shipped'")
    statements: list[str] = []
    sa.event.listen(source, "before_cursor_execute", lambda _c, _cursor, statement, *_: statements.append(statement))
    assert keys(read(settings=settings.model_copy(update={"page_rows": 1})), "orders") == [1, 2, 3]
    assert len([statement for statement in statements if "AS changed" in statement]) == len(["customers", "orders"])


def copy_lines_to_new_orders(shop: sa.Engine, orders: int) -> None:
    """Orders 4 to ``orders`` become copies of order 1."""
    columns = ["customer_id", "employee_id", "order_date", "region_id", "total_amount", "status", "updated_at"]
    of_line = ["product_id", "quantity", "unit_price", "discount", "updated_at"]
    run(
        shop,
        "CREATE TEMPORARY TABLE numbers WITH RECURSIVE numbered (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbered WHERE n < 199)"
        f" SELECT 200 * a.n + b.n AS order_id FROM numbered AS a, numbered AS b WHERE 200 * a.n + b.n BETWEEN 4 AND {orders}",
        f"INSERT INTO orders (order_id, {', '.join(columns)})"
        f" SELECT numbers.order_id, {', '.join(columns)} FROM numbers, orders WHERE orders.order_id = 1",
        f"INSERT INTO order_items (order_item_id, order_id, {', '.join(of_line)})"
        f" SELECT 10 * numbers.order_id + order_item_id - 10, numbers.order_id, {', '.join(of_line)}"
        " FROM numbers, order_items WHERE order_items.order_id = 1",
    )


def mislead(shop: sa.Engine) -> None:
    """The server's statistics show ten orders, as they may after growth."""
    run(
        shop,
        "ALTER TABLE order_items STATS_AUTO_RECALC = 0",
        "ANALYZE TABLE order_items",
        "UPDATE mysql.innodb_index_stats SET stat_value = 10 WHERE database_name = DATABASE()"
        " AND table_name = 'order_items' AND index_name = 'order_items_order_id' AND stat_name = 'n_diff_pfx01'",
        "FLUSH TABLES order_items",
    )


@pytest.mark.parametrize("page_rows", [1, 2, 3])
def test_the_size_of_a_page_changes_nothing(
    read: Read, settings: Settings, shop: sa.Engine, page_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(shop, "UPDATE orders SET status = 'shipped'")
    small = settings.model_copy(update={"page_rows": page_rows})
    for mode in Mode:
        requested = {"orders": [1, 2, 3], "customers": [1, 2]} if mode.is_selective else {}
        plain = read(mode, requested_keys=requested)
        with monkeypatch.context() as patched:
            patched.setattr(page_reader, "_CHANGED_KEYS_AT_ONCE", page_rows)
            patched.setattr(page_reader, "_KEYS_PER_STATEMENT", page_rows)
            paged = read(mode, requested_keys=requested, settings=small)
        assert [keys(paged, table) for table in CATALOG] == [keys(plain, table) for table in CATALOG]


def test_gaps_in_the_keys_are_neither_missed_nor_searched(read: Read, settings: Settings, shop: sa.Engine, source: sa.Engine) -> None:
    crowded, lonely = range(1, 96), [10**12 * n for n in range(1, 26)]
    all_keys = [-(2**63), -7, *crowded, *lonely, 2**63 - 1]
    copies = " UNION ALL ".join(f"SELECT {key} AS customer_id" for key in all_keys if key not in {1, 2})
    run(
        shop,
        "INSERT INTO customers (customer_id, full_name, region_id, created_at)"
        f" SELECT copies.customer_id, one.full_name, one.region_id, one.created_at FROM customers AS one, ({copies}) AS copies"
        " WHERE one.customer_id = 1",
    )
    statements: list[str] = []
    sa.event.listen(source, "before_cursor_execute", lambda _c, _cursor, statement, *_: statements.append(statement))
    assert keys(read(Mode.FULL, settings=settings.model_copy(update={"page_rows": 10})), "customers") == all_keys
    assert len([statement for statement in statements if "FROM `customers`" in statement]) < 40


def test_parts_are_handed_on_as_soon_as_they_are_full(read: Read, settings: Settings, shop: sa.Engine) -> None:
    with shop.begin() as connection:
        for order_id in range(4, 900):
            place_order(connection, order_id)
    handed: list[Part] = []
    texts: dict[str, bytes] = {}

    def take(part: Part, text: Sequence[bytes]) -> None:
        handed.append(part)
        texts[part.file] = b"".join(text)

    sealed = read(Mode.FULL, on_part=take, settings=settings.model_copy(update={"part_bytes": 2**16, "page_rows": 100}))
    assert sorted(handed, key=lambda part: part.file) == sorted(sealed.manifest.parts, key=lambda part: part.file)
    assert texts == {part.file: sealed.path(part).read_bytes() for part in handed}
    assert len([part for part in handed if part.table == "order_items"]) > 1
    assert keys(sealed, "order_items") == [10 * order + line for order in range(1, 900) for line in (1, 2)]


@pytest.mark.parametrize("requested", [{}, {"orders": [1, 2, 3], "customers": [1, 2]}], ids=["read whole", "read by key"])
def test_a_page_that_does_not_fit_is_halved_until_it_does(
    read: Read, source: sa.Engine, caplog: pytest.LogCaptureFixture, requested: dict[str, list[int]]
) -> None:
    mode = Mode.REPAIR if requested else Mode.FULL
    plain = read(mode, requested_keys=requested)
    leave_room_for(source, 150)
    caplog.set_level(logging.INFO, logger="techmarket")  # a command that ran in this process before left another
    cut = read(mode, requested_keys=requested)
    assert [keys(cut, table) for table in CATALOG] == [keys(plain, table) for table in CATALOG]
    assert "table=order_items page of 6 rows does not fit" in caplog.text


def test_a_row_that_does_not_fit_fails_the_extract_and_names_the_table(read: Read, source: sa.Engine) -> None:
    leave_room_for(source, 40)
    with pytest.raises(IntegrityError, match=r"A row of \w+ is longer .* Next: raise max_allowed_packet"):
        read(Mode.FULL)


def leave_room_for(source: sa.Engine, size: int) -> None:
    """The server cuts each page's text after ``size`` bytes, as at a packet's end."""

    @sa.event.listens_for(source, "connect")
    def _limit(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET SESSION group_concat_max_len = {size}")


def test_a_table_that_another_replaces_during_the_read_is_not_taken(read: Read, shop: sa.Engine) -> None:
    """The last steps of an online schema change: the snapshot has the new table, without its last rows."""
    let_the_clock_run(shop, 1)
    run(shop, "CREATE TABLE _new LIKE order_items", "INSERT INTO _new SELECT * FROM order_items WHERE order_item_id < 30")
    last_steps = iter(
        ("INSERT INTO _new SELECT * FROM order_items WHERE order_item_id > 30", "RENAME TABLE order_items TO _old, _new TO order_items")
    )
    replacing = Counting(lambda *_: run(shop, *last_steps))
    with pytest.raises(TransientError, match=r"Another table took the name of order_items .* Next: load again"):
        read(Mode.FULL, progress=replacing)
    assert keys(read(Mode.FULL), "order_items") == [11, 12, 21, 22, 31, 32]


def test_a_table_without_snapshots_is_refused(read: Read, shop: sa.Engine) -> None:
    run(shop, "ALTER TABLE payments DROP FOREIGN KEY payments_order", "ALTER TABLE payments ENGINE = MyISAM")
    with pytest.raises(ConfigurationError, match=r"does not cover payments \(MyISAM\).*Next: ALTER TABLE"):
        read()


def test_the_extract_shows_one_instant_while_others_write(read: Read, shop: sa.Engine) -> None:
    written: list[str] = []

    def write_in_between(table: str, _rows: int, _of: int) -> None:
        if not written:
            written.append(table)
            with shop.begin() as connection:
                place_order(connection, 4)
                connection.exec_driver_sql("DELETE FROM payments WHERE payment_id = 1")
                connection.exec_driver_sql("UPDATE order_items SET order_id = 3 WHERE order_item_id = 11")

    sealed = read(Mode.FULL, progress=Counting(write_in_between))
    assert written == ["regions"]
    assert [keys(sealed, table) for table in OF_ORDERS] == [[1, 2, 3], [11, 12, 21, 22, 31, 32], [1, 2, 3]]
    assert keys(read(Mode.FULL), "orders") == [1, 2, 3, 4]


def test_an_open_writer_holds_the_horizon_until_it_ends(shop: sa.Engine, source: sa.Engine, settings: Settings) -> None:
    before = source_clock(source)
    with writing(shop, "UPDATE orders SET status = 'shipped' WHERE order_id = 1"):
        let_the_clock_run(source, 1.1)
        held = horizon(source, settings)
        assert before - timedelta(seconds=2) <= held <= before
    let_the_clock_run(source, 1.1)
    assert horizon(source, settings) > held


def test_an_idle_reader_does_not_hold_the_horizon(shop: sa.Engine, source: sa.Engine, settings: Settings) -> None:
    with shop.connect() as reader:
        reader.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        reader.exec_driver_sql("SELECT COUNT(*) FROM orders")
        started = source_clock(source)
        let_the_clock_run(source, 3.1)
        assert horizon(source, settings) > started


def test_a_row_stamped_before_an_extract_and_committed_after_it_is_in_the_next_one(
    read: Read, shop: sa.Engine, source: sa.Engine, settings: Settings
) -> None:
    exact = settings.model_copy(update={"watermark_overlap": timedelta(0)})
    with writing(shop, "UPDATE orders SET status = 'shipped' WHERE order_id = 1"):
        let_the_clock_run(source, 2.1)
        run(shop, "UPDATE orders SET status = 'shipped' WHERE order_id = 2")
        first = read(settings=exact)
    assert keys(first, "orders") == [2]
    assert 1 in keys(read(since=first.manifest.horizon, settings=exact), "orders")


def test_a_stamp_from_the_future_never_moves_the_horizon(read: Read, shop: sa.Engine) -> None:
    run(shop, "UPDATE orders SET updated_at = '2036-01-01' WHERE order_id = 1")
    assert read().manifest.horizon <= datetime.now(UTC)


def test_without_process_the_watermark_stays_behind_and_one_warning_says_so(
    read: Read, shop: sa.Engine, source: sa.Engine, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    run(shop, f"REVOKE PROCESS ON *.* FROM '{source.url.username}'@'%'")
    manifest = read().manifest
    assert manifest.horizon <= manifest.snapshot_at - settings.watermark_overlap_without_process
    assert [record.getMessage() for record in caplog.records if "PROCESS" in record.getMessage()] == [
        (
            "open transactions cannot be seen, so the watermark stays 1:00:00 behind the source's clock: the reader lacks PROCESS. "
            "Next: grant it (sql/mysql/03_roles.sql)"
        )
    ]


def test_a_made_up_table_needs_nothing_but_its_entry(read: Read, shop: sa.Engine) -> None:
    extra = replace(CATALOG["regions"], name="countries")
    run(shop, "CREATE TABLE countries LIKE regions", "INSERT INTO countries SELECT * FROM regions")
    sealed = read(catalog=type(CATALOG)(*CATALOG.values(), extra))
    assert keys(sealed, "countries") == [1]


def horizon(source: sa.Engine, settings: Settings) -> datetime:
    with open_snapshot(source, settings) as opened:
        return opened.horizon.at


def test_a_column_whose_name_is_a_statement_is_told_of_and_not_read(read: Read, shop: sa.Engine, caplog: pytest.LogCaptureFixture) -> None:
    run(shop, "ALTER TABLE payments ADD COLUMN `x'\"``; DROP TABLE orders; -- %s :y {0}` INT")
    assert keys(read(Mode.FULL), "payments") == [1, 2, 3]
    assert "payments.x'\"`; DROP TABLE orders; -- %s :y {0}" in caplog.text
