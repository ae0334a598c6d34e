import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from expectations import RULES
from expectations.baseline import baseline
from techmarket.db.engines import warehouse_engine
from techmarket.errors import CheckError, DataQualityError, TransientError
from techmarket.model.catalog import CATALOG, Catalog, Column, Reading, Table
from techmarket.model.column_types import Integer, Timestamp
from techmarket.project import Project
from techmarket.quality.gate.report import GateReport, RuleOutcome, Verdict, require_promotable
from techmarket.quality.quarantine.batch_rejects import write_rejects
from techmarket.quality.quarantine.record import record_rejects
from techmarket.quality.rules.row_rules import Between, RowCondition, Severity
from techmarket.settings import Settings
from techmarket.staging.tables import staged_tables

Gate = Callable[..., GateReport]
RunSql = Callable[[str], None]
Query = Callable[[str], list[tuple[object, ...]]]

ALL_ROWS = 6_000


def outcome(report: GateReport, rule_id: str) -> RuleOutcome:
    return next(outcome for outcome in report.outcomes if outcome.rule_id == rule_id)


def stage_many_lines(run_sql: RunSql, failing: int) -> None:
    """The first ``failing`` lines have two faults each."""
    run_sql(f"""
        TRUNCATE stg.orders, stg.order_items, stg.payments;
        INSERT INTO stg.orders SELECT n, 1, 1, '2026-01-10', 1, 100, 'new', now() FROM generate_series(1, {ALL_ROWS}) AS n;
        INSERT INTO stg.order_items
        SELECT n, n, 1, CASE WHEN n <= {failing} THEN -n ELSE 1 END, 100, CASE WHEN n <= {failing} THEN 1.5 ELSE 0 END, now()
        FROM generate_series(1, {ALL_ROWS}) AS n;
    """)


@pytest.mark.parametrize("failing", [1, 20, 21, 200, 201, 5_000, ALL_ROWS])
def test_every_failing_row_is_quarantined_once_for_each_rule(failing: int, gate: Gate, run_sql: RunSql, query: Query) -> None:
    stage_many_lines(run_sql, failing)

    report = gate()

    found = query("""
        SELECT rule, count(*), count(DISTINCT row_key), sum((row_data ->> 'quantity')::bigint)
        FROM stg.batch_rejects WHERE table_name = 'order_items' GROUP BY rule ORDER BY rule
    """)
    quantities = -failing * (failing + 1) // 2
    assert found == [
        ("order_items.discount_is_fraction", failing, failing, quantities),
        ("order_items.quantity_positive", failing, failing, quantities),
    ]
    assert outcome(report, "order_items.quantity_positive").failing_rows == failing
    assert report.tables["order_items"].rejected == failing
    assert report.tables["orders"].held == failing


def test_a_check_sends_one_statement_with_no_transaction_around_it_and_what_is_written_has_one(gate: Gate, run_sql: RunSql) -> None:
    run_sql("UPDATE stg.order_items SET quantity = 0 WHERE order_item_id = 11")
    sent: dict[str, set[bool]] = {"SELECT COUNT(*) as unexpected_row_count": set(), "INSERT INTO stg.batch_rejects": set()}

    def note(connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
        for beginning, autocommits in sent.items():
            if " ".join(statement.split()).startswith(beginning):
                driver_connection: Any = connection.connection.driver_connection
                autocommits.add(driver_connection.autocommit)

    event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        gate()
    finally:
        event.remove(sa.Engine, "before_cursor_execute", note)
    assert sent == {"SELECT COUNT(*) as unexpected_row_count": {True}, "INSERT INTO stg.batch_rejects": {False}}


def test_quarantine_keeps_the_whole_row_exactly(gate: Gate, run_sql: RunSql, query: Query) -> None:
    run_sql(r"UPDATE stg.payments SET amount = -1234567890.10, method = E'tab\there \\ ''quoted'' 😀' WHERE payment_id = 3")
    gate()
    assert query("""
        SELECT row_data ->> 'amount', row_data ->> 'method', row_data ->> 'paid_at', order_id, row_key
        FROM stg.batch_rejects WHERE rule = 'payments.amount_positive'
    """) == [("-1234567890.10", "tab\there \\ 'quoted' 😀", "2026-01-12T12:10:00", 3, "3")]


def test_order_with_a_rejected_line_is_held_whole(gate: Gate, run_sql: RunSql, query: Query) -> None:
    run_sql("UPDATE stg.order_items SET quantity = 0 WHERE order_item_id = 11")
    report = gate()
    assert query("SELECT table_name, row_key, rule, order_id FROM stg.batch_rejects ORDER BY table_name, row_key") == [
        ("order_items", "11", "order_items.quantity_positive", 1),
        ("order_items", "12", "held_with_order", 1),
        ("orders", "1", "held_with_order", 1),
        ("payments", "1", "held_with_order", 1),
        ("payments", "2", "held_with_order", 1),
    ]
    assert (report.rejected["order_items"], report.held["order_items"], report.held["orders"], report.held["payments"]) == (1, 1, 1, 2)
    assert query("SELECT order_id FROM stg.accepted_orders ORDER BY 1") == [(2,), (3,)]
    assert report.verdict is Verdict.WARN


def test_order_with_a_rejected_header_is_held_whole(gate: Gate, run_sql: RunSql, query: Query) -> None:
    run_sql("UPDATE stg.orders SET status = 'lost' WHERE order_id = 3")
    gate()
    assert query("SELECT table_name, row_key FROM stg.batch_rejects WHERE rule = 'held_with_order' ORDER BY 1") == [
        ("order_items", "31"),
        ("payments", "3"),
    ]


def test_rejected_payment_is_held_alone(gate: Gate, run_sql: RunSql, query: Query) -> None:
    run_sql("UPDATE stg.payments SET method = 'cheque' WHERE payment_id = 1")
    gate()
    assert query("SELECT table_name, row_key, rule FROM stg.batch_rejects") == [("payments", "1", "payments.method_known")]


def test_rejected_payment_of_a_held_order_is_not_held_as_well(gate: Gate, run_sql: RunSql, query: Query) -> None:
    run_sql("UPDATE stg.orders SET status = 'lost' WHERE order_id = 1; UPDATE stg.payments SET method = 'cheque' WHERE payment_id = 1")
    gate()
    assert query("SELECT rule FROM stg.batch_rejects WHERE table_name = 'payments' AND row_key = '1'") == [("payments.method_known",)]


def test_rejects_of_the_batch_before_are_gone(gate: Gate, run_sql: RunSql, query: Query) -> None:
    run_sql("UPDATE stg.orders SET status = 'lost' WHERE order_id = 1")
    gate()
    run_sql("UPDATE stg.orders SET status = 'new' WHERE order_id = 1")
    assert gate().verdict is Verdict.PASS
    assert query("SELECT count(*) FROM stg.batch_rejects") == [(0,)]


def test_warning_releases_its_rows(gate: Gate, run_sql: RunSql, query: Query) -> None:
    run_sql("UPDATE stg.products SET unit_cost = 300 WHERE product_id = 2")
    report = gate()
    assert report.verdict is Verdict.WARN
    assert query("SELECT count(*) FROM stg.batch_rejects") == [(0,)]
    require_promotable(report)


def test_member_known_to_the_warehouse_need_not_be_staged(gate: Gate, run_sql: RunSql) -> None:
    run_sql("DELETE FROM stg.customers WHERE customer_id = 1")
    assert not outcome(gate(), "orders.customer_id_known").passed
    run_sql("INSERT INTO dwh.dim_customer (customer_id, full_name, region_key, is_inferred) VALUES (1, '(unknown 1)', 0, TRUE)")
    assert not outcome(gate(), "orders.customer_id_known").passed
    run_sql("UPDATE dwh.dim_customer SET is_inferred = FALSE WHERE customer_id = 1")
    assert outcome(gate(), "orders.customer_id_known").passed


def test_tables_that_feed_no_dimension_are_checked_against_staged_rows(gate: Gate, run_sql: RunSql) -> None:
    stamp = Column("updated_at", Timestamp(), "When the source last changed the row")
    supplier = Column("supplier_id", Integer(32), "Supplier")
    delivery = Column("delivery_id", Integer(32), "Delivery")
    catalog = Catalog(
        Table("suppliers", "Suppliers", "supplier_id", Reading.WHOLE, (supplier, stamp)),
        Table("deliveries", "Deliveries", "delivery_id", Reading.WHOLE, (delivery, supplier, stamp), {"supplier_id": "suppliers"}),
    )
    run_sql(staged_tables(catalog))
    run_sql("INSERT INTO stg.suppliers VALUES (1, now()); INSERT INTO stg.deliveries VALUES (1, 1, now())")
    assert gate(baseline(catalog), catalog=catalog).verdict is Verdict.PASS
    run_sql("INSERT INTO stg.deliveries VALUES (2, 9, now())")
    assert outcome(gate(baseline(catalog), catalog=catalog), "deliveries.supplier_id_known").failing_rows == 1


def test_too_many_new_rejects_block_the_load(gate: Gate, run_sql: RunSql) -> None:
    stage_many_lines(run_sql, 301)
    report = gate(max_reject_share=0.05)
    assert report.verdict is Verdict.DATA_FAIL
    with pytest.raises(DataQualityError, match=r"batch 7.*order_items: 301 of 6000 staged rows.*300 are allowed"):
        require_promotable(report)


def test_held_rows_do_not_count_towards_the_limit(gate: Gate, run_sql: RunSql) -> None:
    stage_many_lines(run_sql, 300)
    assert gate(max_reject_share=0.05).verdict is Verdict.WARN


def test_small_table_may_lose_a_few_rows(gate: Gate, run_sql: RunSql) -> None:
    run_sql("UPDATE stg.order_items SET quantity = 0")
    assert gate(max_reject_share=0).verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("loads", "verdict"),
    [
        (["blocked"], Verdict.DATA_FAIL),
        (["released"], Verdict.WARN),
        (["blocked", "released"], Verdict.WARN),
        (["released", "blocked"], Verdict.WARN),
        (["blocked", "released", "blocked"], Verdict.WARN),
    ],
    ids=" then ".join,
)
def test_only_rejects_that_a_release_has_seen_stop_counting(
    loads: list[str], verdict: Verdict, gate: Gate, run_sql: RunSql, good_batch: sa.Engine
) -> None:
    stage_many_lines(run_sql, 301)
    gate()
    for batch_id, ended in enumerate(loads, start=1):
        with good_batch.begin() as connection:
            record_rejects(connection, batch_id=batch_id, resolve=ended == "released", catalog=CATALOG)
    assert gate(max_reject_share=0.05).verdict is verdict


def test_broken_keys_block_the_load_and_quarantine_nothing(gate: Gate, run_sql: RunSql, query: Query) -> None:
    run_sql("INSERT INTO stg.order_items SELECT * FROM stg.order_items; UPDATE stg.order_items SET quantity = 0")
    report = gate()
    assert report.verdict is Verdict.DATA_FAIL
    assert outcome(report, "order_items.order_item_id_unique").failing_rows == 8
    assert query("SELECT count(*) FROM stg.batch_rejects") == [(0,)]


@pytest.mark.parametrize(
    ("rule_id", "spoil"),
    [
        ("orders.total_matches_lines", "UPDATE stg.orders SET total_amount = total_amount + CASE WHEN order_id = 1 THEN 1 ELSE -1 END"),
        ("orders.payments_match_total", "UPDATE stg.payments SET amount = amount + CASE WHEN order_id = 1 THEN 1 ELSE -1 END"),
    ],
)
def test_wrong_orders_of_one_group_do_not_hide_each_other(rule_id: str, spoil: str, gate: Gate, run_sql: RunSql) -> None:
    run_sql(f"""
        TRUNCATE stg.orders, stg.order_items, stg.payments;
        INSERT INTO stg.orders SELECT 1 + 65536 * n, 1, 1, '2026-01-10', 1, 100, 'paid', now() FROM generate_series(0, 1) AS n;
        INSERT INTO stg.order_items SELECT order_id, order_id, 1, 1, 100, 0, now() FROM stg.orders;
        INSERT INTO stg.payments SELECT order_id, order_id, 'card', '2026-01-10', 100, now() FROM stg.orders;
        {spoil} WHERE order_id IN (1, 65537);
    """)
    assert outcome(gate([rule for rule in RULES if rule.id == rule_id]), rule_id).failing_rows == 2


def test_unique_index_makes_the_uniqueness_check_free(gate: Gate, run_sql: RunSql, good_batch: sa.Engine) -> None:
    stage_many_lines(run_sql, 0)
    run_sql("CREATE UNIQUE INDEX order_items_key ON stg.order_items (order_item_id)")
    rule = next(rule for rule in RULES if rule.id == "order_items.order_item_id_unique")
    with good_batch.connect() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT 1 FROM stg.order_items AS staged WHERE {rule.failing}"
        )
        lines = [line for (line,) in plan]
    assert any("One-Time Filter" in line for line in lines)
    assert all("(never executed)" in line for line in lines if "order_items" in line and "Scan" in line)
    assert outcome(gate(), rule.id).passed


@pytest.fixture
def asked(gate: Gate) -> list[tuple[str, object]]:
    """Statements of a gate without findings, with parameters."""
    statements: list[tuple[str, object]] = []

    def remember(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(sa.Engine, "before_cursor_execute", remember)
    try:
        gate()
    finally:
        event.remove(sa.Engine, "before_cursor_execute", remember)
    return statements


def test_no_row_is_fetched_where_nothing_fails(asked: list[tuple[str, object]]) -> None:
    values = [parameters for statement, parameters in asked if "unexpected_values" in statement]
    assert values
    assert all(isinstance(limits, dict) and 0 in limits.values() for limits in values)
    assert not [statement for statement, _ in asked if "INSERT" in statement or ":size" in statement or '"customer_id"::text' in statement]


def test_a_whole_number_is_compared_as_one(asked: list[tuple[str, object]]) -> None:
    counts = [parameters for statement, parameters in asked if "between.unexpected_count" in statement and isinstance(parameters, dict)]
    compared = [value for parameters in counts for value in parameters.values()]
    assert 10_000 in compared
    assert not [value for value in compared if isinstance(value, float)]


@pytest.mark.parametrize("column", ["discount", "order_id"])
def test_dropped_column_is_a_check_error_and_never_bad_data(column: str, gate: Gate, run_sql: RunSql) -> None:
    run_sql(f"ALTER TABLE stg.order_items DROP COLUMN {column} CASCADE")
    with pytest.raises(CheckError, match=rf"could not be checked.*{column}"):
        gate()


def test_missing_table_is_a_check_error(gate: Gate, run_sql: RunSql) -> None:
    run_sql("DROP TABLE stg.payments CASCADE")
    with pytest.raises(CheckError, match="payments"):
        gate()


def test_crash_of_a_warning_is_a_check_error_too(gate: Gate) -> None:
    crashing = RowCondition(
        table="orders", name="crash", over=("total_amount",), holds="1 / (staged.order_id - staged.order_id) = 1",
        what="-", reason="-", remedy="-", owner="-", severity=Severity.WARNING,
    )  # fmt: skip
    with pytest.raises(CheckError, match=r"orders\.crash could not be checked.*division by zero"):
        gate([*RULES, crashing])


def test_lost_connection_is_transient(gate: Gate) -> None:
    killing = RowCondition(
        table="orders", name="kill", over=("order_id",), holds="pg_terminate_backend(pg_backend_pid())",
        what="-", reason="-", remedy="-", owner="-",
    )  # fmt: skip
    with pytest.raises(TransientError, match=r"orders\.kill"):
        gate([killing])


def test_statement_timeout_is_transient(good_batch: sa.Engine) -> None:
    slow = RowCondition(
        table="orders", name="slow", over=("order_id",), holds="pg_sleep(60) IS NOT NULL", what="-", reason="-", remedy="-", owner="-"
    )
    from techmarket.quality.gate.run import run_gate  # slow: Great Expectations

    settings = Settings(_env_file=None, statement_timeout=timedelta(seconds=1))
    hurried = warehouse_engine(good_batch.url, settings)
    with pytest.raises(TransientError, match=r"orders\.slow.*timeout"):
        run_gate(hurried, batch_id=1, project=Project(CATALOG, [slow], settings))


def test_quarantine_that_disagrees_with_great_expectations_is_a_check_error(good_batch: sa.Engine, run_sql: RunSql) -> None:
    run_sql("UPDATE stg.order_items SET quantity = 0 WHERE order_item_id < 20")
    rule = next(rule for rule in RULES if rule.id == "order_items.quantity_positive")
    assert isinstance(rule, Between)
    with good_batch.begin() as connection, pytest.raises(CheckError, match=r"quantity_positive rejects 2 rows.*counted 3"):
        write_rejects(connection, [(rule, 3)], CATALOG)


def test_gate_without_rules_is_a_check_error(gate: Gate) -> None:
    with pytest.raises(CheckError, match="No rule"):
        gate([])


@pytest.mark.parametrize(("zone", "holds"), [("Pacific/Kiritimati", True), ("Etc/GMT+12", False)], ids=["14 h ahead", "12 h behind"])
def test_the_future_begins_where_the_clock_of_the_business_says(zone: str, *, holds: bool, gate: Gate, run_sql: RunSql) -> None:
    run_sql("UPDATE stg.orders SET order_date = now() AT TIME ZONE 'UTC' + interval '30 hours' WHERE order_id = 2")
    assert outcome(gate(business_time_zone=zone), "orders.order_date_not_in_future").passed == holds


def test_sample_hides_personal_data_and_shows_the_key(gate: Gate, run_sql: RunSql) -> None:
    run_sql("UPDATE stg.customers SET email = 'olena-at-home' WHERE customer_id = 1")
    assert outcome(gate(), "customers.email_shape").sample == ({"customer_id": "1", "email": "(hidden)"},)


def test_report_survives_pickling(gate: Gate, run_sql: RunSql) -> None:
    run_sql("UPDATE stg.order_items SET quantity = 0")
    report = gate()
    assert pickle.loads(pickle.dumps(report)) == report  # noqa: S301 - our own bytes
    assert "order_items.quantity_positive" in report.markdown()
