from datetime import datetime

import pytest
import sqlalchemy as sa

from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG
from techmarket.seed import History, change_source, generate, load_sample
from techmarket.seed.changes import CHANGES
from tests.support.shop.source_reading import WRONG_TOTALS, count, fingerprints

NOW = datetime.fromisoformat("2026-11-20 12:30")
LONG_AGO = "2020-01-01 00:00:00"

TOUCHES = {
    "add_customer": {"customers"},
    "add_product": {"products"},
    "add_order": {"orders", "order_items"},
    "pay": {"orders", "payments"},
    "advance": {"orders"},
    "cancel": {"orders"},
    "return": {"orders"},
    "move": {"orders"},
    "exchange_product": {"order_items"},
    "raise_quantity": {"orders", "order_items", "payments"},
    "delete_line": {"orders", "payments"},
    "split_payment": {"payments"},
    "reprice_product": {"products"},
    "rename_product": {"products"},
    "delete_product": set(),
}
"""Tables in which each change stamps rows."""


def _set_stamps_back(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for table in CATALOG:
            connection.exec_driver_sql(f"UPDATE {table} SET updated_at = '{LONG_AGO}'")


def _touched(engine: sa.Engine) -> set[str]:
    with engine.connect() as connection:
        newest = {table: connection.exec_driver_sql(f"SELECT MAX(updated_at) FROM {table}").scalar_one() for table in CATALOG}
    return {table for table, stamp in newest.items() if stamp.year > 2020}


def test_each_change_touches_the_tables_it_is_about(source_admin: sa.Engine) -> None:
    load_sample(source_admin)
    for name in CHANGES:
        _set_stamps_back(source_admin)
        summary = change_source(source_admin, seed=1, counts={name: 1}, dirty=0, now=NOW)
        assert {change: times for change, times in summary.changed.items() if times} == {name: 1}
        assert _touched(source_admin) == TOUCHES[name], name
    assert count(source_admin, WRONG_TOTALS) == 0
    assert count(source_admin, "SELECT 1 FROM products") == 15


def test_paid_orders_stay_paid_in_full_through_ten_days(source_admin: sa.Engine) -> None:
    generate(source_admin, History(orders=500, seed=1))
    for seed in range(10):
        summary = change_source(source_admin, seed=seed, dirty=0)
        assert summary.changed == {name: change.usual for name, change in CHANGES.items()}
    assert count(source_admin, WRONG_TOTALS) == 0
    underpaid = """
        SELECT 1 FROM orders AS o
        WHERE o.status IN ('paid', 'shipped', 'delivered', 'returned')
          AND o.total_amount <> (SELECT COALESCE(SUM(p.amount), 0) FROM payments AS p WHERE p.order_id = o.order_id)
    """
    assert count(source_admin, underpaid) == 0


def test_the_same_day_happens_again_for_the_same_seed(source_admin: sa.Engine) -> None:
    digests = []
    for _ in range(2):
        generate(source_admin, History(orders=300, seed=1), replace=True)
        summary = change_source(source_admin, seed=4, now=NOW)
        _set_stamps_back(source_admin)
        digests.append((fingerprints(source_admin), summary))
    assert digests[0] == digests[1]


def test_a_dirty_order_system_lives_on(source_admin: sa.Engine) -> None:
    generate(source_admin, History(orders=300, seed=1, dirty=0.05))
    for seed in range(5):
        summary = change_source(source_admin, seed=seed, dirty=5)
        assert len(summary.dirty) == 5
        for kind, key in summary.dirty.items():
            table = CATALOG[kind.partition(".")[0]]
            assert count(source_admin, f"SELECT 1 FROM {table.name} WHERE {table.key} = {key}") == 1


def test_an_unknown_change_is_refused(source_admin: sa.Engine) -> None:
    with pytest.raises(ConfigurationError, match=r"Unknown changes: burn\. There are add_customer"):
        change_source(source_admin, seed=1, counts={"burn": 1})


def test_an_empty_order_system_is_told_from_a_filled_one(source_admin: sa.Engine) -> None:
    with pytest.raises(ConfigurationError, match="Seed it first"):
        change_source(source_admin, seed=1)
