from collections.abc import Callable

import pytest

from expectations import RULES
from techmarket.model.catalog import CATALOG
from techmarket.quality.gate.report import GateReport, Verdict
from techmarket.quality.rules.row_rules import (
    MaxLength,
    NotNull,
    References,
    Rule,
    Severity,
    Unique,
)
from techmarket.quality.rules.table_rules import TableCondition, TableRule, UsualVolume

SPOILT_BY = {
    "regions.name_filled": "UPDATE stg.regions SET name = E' \\t' WHERE region_id = 1",
    "regions.name_unique": "UPDATE stg.regions SET name = 'Київська'",
    "customers.full_name_filled": "UPDATE stg.customers SET full_name = '' WHERE customer_id = 1",
    "customers.email_shape": "UPDATE stg.customers SET email = 'olena@example' WHERE customer_id = 1",
    "customers.phone_shape": "UPDATE stg.customers SET phone = 'ask Olena' WHERE customer_id = 1",
    "customers.created_at_not_in_future": "UPDATE stg.customers SET created_at = now() + interval '3 days' WHERE customer_id = 1",
    "employees.full_name_filled": "UPDATE stg.employees SET full_name = '  ' WHERE employee_id = 1",
    "employees.email_shape": "UPDATE stg.employees SET email = 'iryna at example.com' WHERE employee_id = 1",
    "categories.name_filled": "UPDATE stg.categories SET name = '' WHERE category_id = 3",
    "categories.name_unique_below_parent": "UPDATE stg.categories SET name = 'Навушники', parent_category_id = NULL WHERE category_id < 3",
    "categories.not_own_parent": "UPDATE stg.categories SET parent_category_id = 3 WHERE category_id = 3",
    "categories.not_in_cycle": "UPDATE stg.categories SET parent_category_id = 3 WHERE category_id = 1",
    "products.name_filled": "UPDATE stg.products SET name = '' WHERE product_id = 1",
    "products.sku_latin": "UPDATE stg.products SET sku = 'ЖК-1' WHERE product_id = 1",
    "products.sku_unique": "UPDATE stg.products SET sku = 'PH-1'",
    "products.unit_cost_not_negative": "UPDATE stg.products SET unit_cost = -0.01 WHERE product_id = 1",
    "products.list_price_not_negative": "UPDATE stg.products SET unit_cost = 0, list_price = -0.01 WHERE product_id = 1",
    "products.cost_within_list_price": "UPDATE stg.products SET unit_cost = list_price + 0.01 WHERE product_id = 1",
    "products.is_active_flag": "UPDATE stg.products SET is_active = 2 WHERE product_id = 1",
    "products.is_active_domain": "UPDATE stg.products SET is_active = 128 WHERE product_id = 1",
    "orders.recent": (
        "UPDATE stg.orders SET updated_at = now() - interval '49 hours';"
        """UPDATE dwh.load_batches SET gate = '{"newest": {"orders": "2026-01-12T12:00:00Z"}}' WHERE status = 'released'"""
    ),
    "orders.status_known": "UPDATE stg.orders SET status = 'Delivered ' WHERE order_id = 1",
    "orders.order_date_not_in_future": "UPDATE stg.orders SET order_date = now() + interval '2 days' WHERE order_id = 2",
    "orders.order_date_not_before_2000": "UPDATE stg.orders SET order_date = '1999-12-31 23:59:59' WHERE order_id = 1",
    "orders.total_matches_lines": "UPDATE stg.orders SET total_amount = total_amount + 0.01 WHERE order_id = 2",
    "orders.payments_match_total": "UPDATE stg.payments SET amount = amount - 0.01 WHERE payment_id = 2",
    "orders.has_lines": "DELETE FROM stg.order_items WHERE order_id = 3",
    "order_items.quantity_positive": "UPDATE stg.order_items SET quantity = 0 WHERE order_item_id = 11",
    "order_items.quantity_plausible": "UPDATE stg.order_items SET quantity = 10001 WHERE order_item_id = 11",
    "order_items.unit_price_not_negative": "UPDATE stg.order_items SET unit_price = -0.01 WHERE order_item_id = 11",
    "order_items.discount_is_fraction": "UPDATE stg.order_items SET discount = 1.0001 WHERE order_item_id = 11",
    "payments.method_known": "UPDATE stg.payments SET method = 'cheque' WHERE payment_id = 3",
    "payments.amount_positive": "UPDATE stg.payments SET amount = 0 WHERE payment_id = 3",
    "payments.paid_at_not_in_future": "UPDATE stg.payments SET paid_at = now() + interval '2 days' WHERE payment_id = 3",
    "payments.paid_at_not_before_2000": "UPDATE stg.payments SET paid_at = '1970-01-01' WHERE payment_id = 3",
    "payments.paid_after_order": "UPDATE stg.payments SET paid_at = '2026-01-11 11:59:59' WHERE payment_id = 3",
}
"""One bad row for each rule written by hand."""

FAILING_ROWS = {"regions.name_unique": 2, "products.sku_unique": 2, "categories.name_unique_below_parent": 2, "categories.not_in_cycle": 3}
"""Rules that reject every row of a group; others reject one."""


def spoilt_by(rule: Rule) -> str:  # noqa: PLR0911 - one answer a kind of rule
    if rule.id in SPOILT_BY:
        return SPOILT_BY[rule.id]
    table = CATALOG[rule.table]
    first = f"{table.key} = (SELECT min({table.key}) FROM stg.{table.name})"
    match rule:
        case NotNull(column=column):
            return f"UPDATE stg.{table.name} SET {column} = NULL WHERE {first}"
        case MaxLength(column=column, most=most):
            return f"UPDATE stg.{table.name} SET {column} = repeat('щ', {most + 1}) WHERE {first}"
        case References(column=column):
            return f"UPDATE stg.{table.name} SET {column} = 987654 WHERE {first}"
        case Unique():
            return f"INSERT INTO stg.{table.name} SELECT * FROM stg.{table.name} WHERE {first}"
        case UsualVolume():
            return f"""UPDATE dwh.load_batches SET counts = counts || '{{"{table.name}": 100}}' WHERE status = 'released'"""
        case TableCondition(name="contract"):
            return f"ALTER TABLE stg.{table.name} ADD COLUMN surplus text"
        case TableCondition(name="not_empty"):
            return f"DELETE FROM stg.{table.name}"
    message = f"no bad row is declared for rule {rule.id}"
    raise AssertionError(message)


def test_good_batch_keeps_every_rule(gate: Callable[..., GateReport]) -> None:
    report = gate()
    assert [outcome.rule_id for outcome in report.failed] == []
    assert {outcome.rule_id for outcome in report.outcomes} == {rule.id for rule in RULES}
    assert report.verdict is Verdict.PASS


def test_bad_rows_are_declared_for_existing_rules_only() -> None:
    assert SPOILT_BY.keys() | FAILING_ROWS.keys() <= {rule.id for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_fails_on_a_bad_row(
    rule: Rule, gate: Callable[..., GateReport], run_sql: Callable[[str], None], query: Callable[[str], list[tuple[object, ...]]]
) -> None:
    run_sql(spoilt_by(rule))

    report = gate([other for other in RULES if other.table == rule.table])

    outcome = next(outcome for outcome in report.outcomes if outcome.rule_id == rule.id)
    expected = FAILING_ROWS.get(rule.id, 2 if isinstance(rule, Unique) else 1)
    assert outcome.failing_rows == expected
    assert len(outcome.sample) == (0 if isinstance(rule, TableCondition) else expected)
    assert outcome.of_table == isinstance(rule, TableRule)
    quarantined = query(f"SELECT count(*) FROM stg.batch_rejects WHERE rule = '{rule.id}'")
    assert quarantined == [(expected if rule.severity is Severity.CRITICAL_ROW else 0,)]
    assert (report.verdict is Verdict.DATA_FAIL) == (rule.severity is Severity.CRITICAL_TABLE)
