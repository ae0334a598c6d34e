import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from expectations import RULES
from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG
from techmarket.model.requested_keys import NOTHING, RequestedKeys
from techmarket.quality.quarantine.record import QuarantineCounts, open_reject_keys, record_rejects
from techmarket.quality.quarantine.rejects import RejectFilter, count_rejects, explain_rule, list_rejects
from techmarket.quality.rules.row_rules import HELD_WITH_ORDER
from techmarket.staging.requested_keys import write_requested_keys
from tests.support.command_line import techmarket

Query = Callable[[str], list[tuple[object, ...]]]
RunSql = Callable[[str], None]
Record = Callable[..., QuarantineCounts]

OPEN = "SELECT table_name, row_key, rule FROM stg.rejected_rows WHERE resolved_at IS NULL ORDER BY rejected_id"


@pytest.fixture
def record(good_batch: sa.Engine) -> Record:
    def run(batch_id: int, *, resolve: bool = True, requested_keys: RequestedKeys = NOTHING, **looked_for: Any) -> QuarantineCounts:
        with good_batch.begin() as connection:
            write_requested_keys(connection, requested_keys)
            return record_rejects(connection, batch_id=batch_id, resolve=resolve, catalog=CATALOG, **looked_for)

    return run


def rejected(*rows: tuple[str, int, str, int | None]) -> str:
    """Give the running batch exactly these rejects."""
    inserts = "".join(
        f"INSERT INTO stg.batch_rejects VALUES ('{table}', '{key}', '{rule}', {order_id or 'NULL'},"
        f" (SELECT to_jsonb(staged) FROM stg.{table} AS staged WHERE {CATALOG[table].key} = {key}));"
        for table, key, rule, order_id in rows
    )
    return f"TRUNCATE stg.batch_rejects; {inserts}"


LINE = ("order_items", 11, "order_items.quantity_positive", 1)
HEADER = ("orders", 1, HELD_WITH_ORDER, 1)
CUSTOMER = ("customers", 1, "customers.full_name_not_null", None)


def test_entry_met_again_keeps_its_first_batch_and_shows_the_row_as_it_is_now(record: Record, run_sql: RunSql, query: Query) -> None:
    run_sql(rejected(LINE))
    assert record(1) == QuarantineCounts(opened=1, seen_again=0, resolved=0)
    run_sql("UPDATE stg.order_items SET quantity = -5 WHERE order_item_id = 11;" + rejected(LINE))
    assert record(2) == QuarantineCounts(opened=0, seen_again=1, resolved=0)
    assert query("SELECT first_batch_id, batch_id, row_data ->> 'quantity', last_seen_at > rejected_at FROM stg.rejected_rows") == [
        (1, 2, "-5", True)
    ]


def test_recording_a_batch_twice_changes_nothing_more(record: Record, run_sql: RunSql, query: Query) -> None:
    run_sql(rejected(LINE, HEADER))
    record(1)
    record(1)
    assert query(OPEN) == [("order_items", "11", LINE[2]), ("orders", "1", HELD_WITH_ORDER)]


def test_row_that_passes_is_resolved(record: Record, run_sql: RunSql, query: Query) -> None:
    run_sql(rejected(LINE, HEADER))
    record(1)
    run_sql(rejected())
    assert record(2).resolved == 2
    assert query("SELECT DISTINCT resolved_batch_id, resolved_at IS NOT NULL FROM stg.rejected_rows") == [(2, True)]


def test_row_that_now_breaks_another_rule_resolves_the_first_entry(record: Record, run_sql: RunSql, query: Query) -> None:
    run_sql(rejected(LINE))
    record(1)
    run_sql(rejected(("order_items", 11, "order_items.discount_is_fraction", 1)))
    record(2)
    assert query(OPEN) == [("order_items", "11", "order_items.discount_is_fraction")]


def test_row_that_fails_again_after_it_was_resolved_is_a_new_entry(record: Record, run_sql: RunSql, query: Query) -> None:
    for batch_id, rows in enumerate([[LINE], [], [LINE]], start=1):
        run_sql(rejected(*rows))
        record(batch_id)
    assert query("SELECT first_batch_id, resolved_batch_id FROM stg.rejected_rows ORDER BY rejected_id") == [(1, 2), (3, None)]


def test_blocked_load_lists_its_rejects_and_resolves_nothing(record: Record, run_sql: RunSql, query: Query) -> None:
    run_sql(rejected(LINE))
    record(1)
    run_sql(rejected(CUSTOMER))
    assert record(2, resolve=False) == QuarantineCounts(opened=1, seen_again=0, resolved=0)
    assert len(query(OPEN)) == 2


def test_entry_that_the_batch_did_not_look_for_stays_open(record: Record, run_sql: RunSql, query: Query) -> None:
    run_sql(rejected(LINE, CUSTOMER))
    record(1)
    run_sql(rejected() + "DELETE FROM stg.order_items; DELETE FROM stg.customers")
    assert record(2, requested_keys={"orders": [2], "customers": [2]}).resolved == 0
    assert len(query(OPEN)) == 2


@pytest.mark.parametrize(
    "looked_for",
    [{"requested_keys": {"orders": [1], "customers": [1]}}, {"whole_tables": ("order_items", "customers")}],
    ids=["requested", "whole"],
)
def test_row_that_was_looked_for_and_is_gone_is_resolved(looked_for: dict[str, object], record: Record, run_sql: RunSql) -> None:
    run_sql(rejected(LINE, CUSTOMER))
    record(1)
    run_sql(rejected() + "DELETE FROM stg.order_items WHERE order_item_id = 11; DELETE FROM stg.customers WHERE customer_id = 1")
    assert record(2, **looked_for).resolved == 2


def test_rejected_orders_and_customers_are_tried_again(record: Record, run_sql: RunSql, good_batch: sa.Engine) -> None:
    run_sql(rejected(LINE, HEADER, ("payments", 3, "payments.method_known", 3), CUSTOMER, ("products", 1, "products.name_filled", None)))
    record(1)
    with good_batch.connect() as connection:
        assert open_reject_keys(connection, CATALOG) == {"customers": [1], "orders": [1, 3]}


def test_nothing_is_tried_again_when_nothing_is_open(good_batch: sa.Engine) -> None:
    with good_batch.connect() as connection:
        assert open_reject_keys(connection, CATALOG) == {}


def test_rejects_are_undone_with_the_callers_transaction(good_batch: sa.Engine, run_sql: RunSql, query: Query) -> None:
    run_sql(rejected(LINE))
    with good_batch.connect() as connection:
        record_rejects(connection, batch_id=1, resolve=True, catalog=CATALOG)
        connection.rollback()
    assert query(OPEN) == []


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        ({}, ["11", "1", "1"]),
        ({"table": "orders"}, ["1"]),
        ({"rule": "customers.full_name_not_null"}, ["1"]),
        ({"order_id": 1}, ["11", "1"]),
        ({"since": datetime(2200, 1, 1, tzinfo=UTC)}, []),
        ({"limit": 1}, ["11"]),
    ],
    ids=str,
)
def test_list_is_narrowed_by_filters(
    filters: dict[str, object], keys: list[str], record: Record, run_sql: RunSql, good_batch: sa.Engine
) -> None:
    run_sql(rejected(LINE, HEADER, CUSTOMER))
    record(1)
    with good_batch.connect() as connection:
        assert [entry.row_key for entry in list_rejects(connection, CATALOG, RejectFilter(**filters))] == keys


def test_list_hides_personal_data_unless_asked(record: Record, run_sql: RunSql, good_batch: sa.Engine) -> None:
    run_sql(rejected(CUSTOMER, LINE))
    record(1)
    with good_batch.connect() as connection:
        hidden, line = list_rejects(connection, CATALOG, RejectFilter())
        shown = list_rejects(connection, CATALOG, RejectFilter(table="customers"), personal=True)[0]
    assert [hidden.row[name] for name in ("customer_id", "full_name", "email", "phone")] == ["1", "(hidden)", "(hidden)", "(hidden)"]
    assert line.row["unit_price"] == "9999.99"
    assert shown.row["email"] == "olena@example.com"


def test_list_of_an_unknown_table_is_refused(good_batch: sa.Engine) -> None:
    with good_batch.connect() as connection, pytest.raises(ConfigurationError, match="Unknown table 'order'"):
        list_rejects(connection, CATALOG, RejectFilter(table="order"))


@pytest.mark.parametrize(("since", "keys"), [("2026-03-01", ["11"]), ("2026-03-02", [])])
def test_command_lists_what_was_rejected_since_a_day(
    since: str, keys: list[str], record: Record, run_sql: RunSql, command: Callable[..., str]
) -> None:
    run_sql(rejected(LINE))
    record(1)
    run_sql("UPDATE stg.rejected_rows SET rejected_at = '2026-03-01 00:00Z'")
    assert [entry["row_key"] for entry in json.loads(command("--since", since, "--json"))] == keys


@pytest.fixture
def command(good_batch: sa.Engine, tmp_path: Path) -> Callable[..., str]:
    def command(*options: str) -> str:
        ended = techmarket("rejects", *options, cwd=tmp_path, DWH_URL=good_batch.url)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return command


def test_command_exports_all_open_rows_and_hides_personal_data_unless_asked(
    record: Record, run_sql: RunSql, command: Callable[..., str], tmp_path: Path
) -> None:
    run_sql(rejected(CUSTOMER, LINE, HEADER))
    record(1)
    path = tmp_path / "rejects.csv"
    for options, email in (((), "(hidden)"), (("--personal",), "olena@example.com")):
        assert command("--csv", str(path), *options) == f"3 rejected rows are in {path}.\n"
        with path.open(encoding="utf-8-sig", newline="") as file:
            customer, line, header = csv.DictReader(file)
        assert (customer["customer_id"], customer["email"], customer["newest_batch"]) == ("1", email, "1")
        assert (line["unit_price"], header["rule"]) == ("9999.99", HELD_WITH_ORDER)


def test_open_entries_are_counted_by_rule(record: Record, run_sql: RunSql, good_batch: sa.Engine) -> None:
    run_sql(rejected(LINE, ("order_items", 12, LINE[2], 1), CUSTOMER))
    record(1)
    with good_batch.connect() as connection:
        assert [(found.table, found.rule, found.entries) for found in count_rejects(connection)] == [
            ("order_items", LINE[2], 2),
            ("customers", CUSTOMER[2], 1),
        ]


def test_every_rule_and_the_holding_can_be_explained() -> None:
    for rule in RULES:
        assert rule.remedy in explain_rule(rule.id, RULES)
    assert "whole or not at all" in explain_rule(HELD_WITH_ORDER, RULES)
    with pytest.raises(ConfigurationError, match=r"no rule 'orders\.nothing'"):
        explain_rule("orders.nothing", RULES)
