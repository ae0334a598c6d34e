from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG
from techmarket.seed import History, bulk_insert, generate
from techmarket.seed.dirt import KINDS, WITHOUT_LINES
from tests.support.progress import Counting
from tests.support.shop.source_reading import WRONG_PAYMENTS, WRONG_TOTALS, count, fingerprints


def test_a_seeded_source_is_consistent_and_counted_right(source_admin: sa.Engine) -> None:
    summary = generate(source_admin, History(orders=1_000, seed=1))
    for table in CATALOG:
        assert count(source_admin, f"SELECT 1 FROM {table}") == summary.rows[table] > 0
    assert summary.dirty == {}
    assert count(source_admin, WRONG_TOTALS) == 0
    assert count(source_admin, WRONG_PAYMENTS) == 0
    for table in CATALOG.values():
        for column, target in table.references.items():
            known = f"EXISTS (SELECT 1 FROM {target} AS t WHERE t.{CATALOG[target].key} = r.{column})"
            dangling = f"SELECT 1 FROM {table.name} AS r WHERE r.{column} IS NOT NULL AND NOT {known}"
            assert count(source_admin, dangling) == 0, (table.name, column)


def test_nothing_is_stamped_after_the_end_of_the_history(source_admin: sa.Engine) -> None:
    generate(source_admin, History(orders=1_000, seed=1, until=date(2025, 6, 1)))
    end = "2025-05-31 21:00:00"  # midnight in Kyiv, in UTC
    with source_admin.connect() as connection:
        connection.exec_driver_sql("SET time_zone = '+00:00'")
        latest = {name: connection.exec_driver_sql(f"SELECT MAX(updated_at) FROM {name}").scalar_one() for name in CATALOG}
    assert max(latest.values()) < datetime.fromisoformat(end)
    assert latest["orders"] > datetime.fromisoformat(end) - timedelta(days=2)


def test_the_same_seed_gives_the_same_rows_whatever_the_statements_and_connections(
    source_admin: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(source_admin, History(orders=500, seed=7, dirty=0.01))
    first = fingerprints(source_admin)
    monkeypatch.setattr(bulk_insert, "_ROWS_PER_STATEMENT", 77)
    monkeypatch.setattr(bulk_insert, "_CONNECTIONS", 1)
    generate(source_admin, History(orders=500, seed=7, dirty=0.01), replace=True)
    assert fingerprints(source_admin) == first
    generate(source_admin, History(orders=500, seed=8, dirty=0.01), replace=True)
    assert all(digest != first[table] for table, digest in fingerprints(source_admin).items() if table not in ("regions", "categories"))


def test_rows_drawn_in_several_blocks_fit_together(source_admin: sa.Engine) -> None:
    summary = generate(source_admin, History(orders=10_500, seed=3, dirty=0.001))
    assert count(source_admin, "SELECT 1 FROM orders WHERE order_id > 10000") == 500
    for table, key in (("order_items", "order_item_id"), ("payments", "payment_id")):
        with source_admin.connect() as connection:
            assert connection.exec_driver_sql(f"SELECT MAX({key}) FROM {table}").scalar_one() == summary.rows[table]


def test_a_filled_source_is_left_alone_until_told_to_replace_it(source_admin: sa.Engine) -> None:
    generate(source_admin, History(orders=100, seed=1))
    before = fingerprints(source_admin)
    with pytest.raises(ConfigurationError, match=r"already holds rows.*--replace"):
        generate(source_admin, History(orders=50, seed=2))
    assert fingerprints(source_admin) == before
    generate(source_admin, History(orders=50, seed=2), replace=True)
    assert count(source_admin, "SELECT 1 FROM orders") == 50


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"orders": 0}, "orders must be 1 or more"),
        ({"seed": -1}, "seed must be 0 or more"),
        ({"until": date(2999, 1, 1)}, "after today"),
        ({"dirty": 0.5}, r"between 0 and 0\.2"),
        ({"orders": 5, "dirty": 0.01}, "Seed more orders"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(source_admin: sa.Engine, options: dict[str, object], complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        generate(source_admin, History(**({"orders": 100, "seed": 1} | options)))


def test_progress_ends_with_every_table_done(source_admin: sa.Engine) -> None:
    seen: dict[str, tuple[int, int]] = {}
    summary = generate(
        source_admin, History(orders=200, seed=1), progress=Counting(lambda table, done, total: seen.__setitem__(table, (done, total)))
    )
    assert seen == {table: (rows, rows) for table, rows in summary.rows.items()}


def test_dates_are_written_on_the_business_clock_and_stamps_in_utc(source_admin: sa.Engine) -> None:
    generate(source_admin, History(orders=300, seed=1, time_zone=ZoneInfo("Asia/Kolkata")))
    with source_admin.connect() as connection:
        connection.exec_driver_sql("SET time_zone = '+00:00'")
        gaps = connection.exec_driver_sql("SELECT TIMESTAMPDIFF(SECOND, updated_at, paid_at) FROM payments").scalars().all()
    assert {round(gap / 60) for gap in gaps} == {330}


def test_dirty_seeding_breaks_every_kind_at_about_the_rate_asked_for(source_admin: sa.Engine) -> None:
    summary = generate(source_admin, History(orders=3_000, seed=1, dirty=0.05))
    assert set(summary.dirty) == {kind.name for kind in KINDS} | {WITHOUT_LINES}
    for table in ("orders", "order_items", "payments"):
        broken = sum(len(keys) for kind, keys in summary.dirty.items() if kind.startswith(f"{table}.") and kind != WITHOUT_LINES)
        assert broken == pytest.approx(summary.rows[table] * 0.05, abs=1)


BAD = {
    "order_items.quantity_zero": "quantity = 0",
    "order_items.price_negative": "unit_price < 0",
    "order_items.discount_above_one": "discount > 1",
    "orders.status_unknown": "status = 'lost'",
    "orders.date_zero": "CAST(order_date AS CHAR) LIKE '0000-00-00%'",
    "orders.date_not_in_calendar": "CAST(order_date AS CHAR) LIKE '2025-02-31%'",
    "payments.method_unknown": "method = 'barter'",
    "products.cost_above_price": "unit_cost > list_price AND list_price > 0",
    "products.active_flag_unknown": "is_active = 2",
    "customers.name_awkward": r"full_name LIKE '%\n%' AND full_name LIKE '%\t%' AND full_name LIKE '%📱%'",
}


def test_the_summary_names_exactly_the_rows_that_are_bad(source_admin: sa.Engine) -> None:
    summary = generate(source_admin, History(orders=400, seed=2, dirty=0.02))
    for kind, condition in BAD.items():
        table = CATALOG[kind.partition(".")[0]]
        with source_admin.connect() as connection:
            statement = f"SELECT {table.key} FROM {table.name} WHERE {condition}"
            found = connection.exec_driver_sql(statement, execution_options={"no_parameters": True}).scalars().all()
        assert sorted(found) == sorted(summary.dirty[kind]) != [], kind
