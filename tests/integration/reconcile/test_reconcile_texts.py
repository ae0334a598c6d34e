"""Both servers must render a row as the same text; otherwise equal rows would differ."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import hypothesis
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, strategies

from expectations import RULES
from techmarket.db.engines import Databases
from techmarket.load.load import load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from techmarket.reconcile.run import compare_warehouse
from techmarket.settings import Settings
from tests.support.queries import run
from tests.support.shop.small_shop import open_shop

LENIENT = tuple(rule for rule in RULES if rule.id == "customers.created_at_not_null")
"""A rule that no row here breaks."""

MONEY = strategies.decimals(Decimal("-9999999999.99"), Decimal("9999999999.99"), places=2)
DISCOUNT = strategies.decimals(Decimal("-9.9999"), Decimal("9.9999"), places=4)
QUANTITY = strategies.integers(-(2**31), 2**31 - 1) | strategies.integers(-3, 3)
MOMENT = strategies.datetimes(datetime(1000, 1, 1), datetime(2100, 12, 31)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001
LETTERS = strategies.sampled_from([*"aZ |\\\t\n\r'\"%:\0їЇ", "😀", "\u0301", "\u00a0"]) | strategies.characters(exclude_categories=["Cs"])


def texts(longest: int) -> strategies.SearchStrategy[str]:
    return strategies.text(LETTERS, max_size=longest)


LINES = strategies.tuples(QUANTITY, MONEY, DISCOUNT)
EXAMPLES = strategies.tuples(
    strategies.lists(LINES, min_size=50, max_size=50),
    strategies.lists(strategies.tuples(MOMENT, strategies.none() | strategies.just(1)), min_size=5, max_size=5),
    strategies.lists(strategies.tuples(texts(32), MOMENT, MONEY), min_size=25, max_size=25),
    strategies.lists(strategies.tuples(texts(200), strategies.none() | strategies.just(1), MOMENT), min_size=25, max_size=25),
)
CENTS_THAT_VANISH = [
    (-1, Decimal("0.01"), Decimal("0.9999")),
    (1, Decimal("0.01"), Decimal("0.5000")),
    (-1, Decimal("0.01"), Decimal("0.5")),
]
"""Revenues and discounts that round to zero from below, or lie exactly between two cents."""


def fill(admin: sa.Engine, rows: tuple[list[Any], ...]) -> None:
    """Replace all orders, and all customers but the first."""
    lines, orders, payments, customers = rows
    run(
        admin,
        *(f"DELETE FROM {table}" for table in ("payments", "order_items", "orders")),
        "DELETE FROM customers WHERE customer_id > 1",
    )
    statements = {
        "INSERT INTO orders (order_id, order_date, employee_id, customer_id, region_id, total_amount, status)"
        " VALUES (%s, %s, %s, 1, 1, 0, 'paid')": orders,
        "INSERT INTO order_items (order_id, quantity, unit_price, discount, product_id) VALUES (1 + %s MOD 5, %s, %s, %s, 1)": lines,
        "INSERT INTO payments (order_id, method, paid_at, amount) VALUES (1 + %s MOD 5, %s, %s, %s)": payments,
        "INSERT INTO customers (customer_id, full_name, region_id, created_at) VALUES (1 + %s, %s, %s, %s)": customers,
    }
    with admin.begin() as connection:
        for statement, values in statements.items():
            connection.exec_driver_sql(statement, [(number, *row) for number, row in enumerate(values, start=1)])


def test_both_servers_write_the_same_text_of_every_row(
    source_admin: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings
) -> None:
    bold = settings.model_copy(update={"max_delete_share": 1.0})
    open_shop(source_admin)

    @hypothesis.settings(
        max_examples=3, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @hypothesis.given(EXAMPLES)
    def loaded_rows_are_equal(rows: tuple[list[Any], ...]) -> None:
        fill(source_admin, (rows[0] + CENTS_THAT_VANISH, *rows[1:]))
        load(
            Databases(source, warehouse),
            request=LoadRequest(Mode.FULL),
            project=Project(CATALOG, LENIENT, bold),
        )
        report = compare_warehouse(Databases(source, warehouse), project=Project(CATALOG, (), bold), requested_by="test")
        assert [(difference.compared.target, difference.key, difference.columns) for difference in report.drift] == []
        assert report.excused == ()
        assert [table.tally.source_rows for table in report.tables] == [26, 53, 25]

    loaded_rows_are_equal()
