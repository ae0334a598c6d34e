"""Expected warehouse, computed from the order system in Decimal, without the pipeline's SQL.

It observes each load: a quarantined order keeps its last good version, and a line its first purchase price.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from techmarket.model.requested_keys import NOTHING, RequestedKeys

Row = dict[str, Any]
CENT = Decimal("0.01")
RECOGNISED = {"paid", "shipped", "delivered"}
ONLINE = "(online)"
KEYS = {
    "regions": "region_id",
    "customers": "customer_id",
    "employees": "employee_id",
    "categories": "category_id",
    "products": "product_id",
}


@dataclass
class Order:
    """The last good version. Payments are the warehouse's, as each is rejected alone."""

    header: Row
    lines: dict[int, Row] = field(default_factory=dict)
    payments: dict[int, Row] = field(default_factory=dict)


class WarehouseModel:
    def __init__(self) -> None:
        self.members: dict[str, dict[int, Row]] = {table: {} for table in KEYS}
        self.deleted: dict[str, set[int]] = {table: set() for table in KEYS}
        self.orders: dict[int, Order] = {}
        self.costs: dict[int, tuple[int, Decimal | None]] = {}

    def observe(
        self,
        source: sa.Engine,
        warehouse: sa.Engine,
        *,
        full: bool = False,
        requested_keys: RequestedKeys = NOTHING,
        selective: bool = False,
    ) -> None:
        """Take in the source minus the rejected rows.

        ``requested_keys`` are keys that the load read besides changes; with ``selective`` it read nothing else.
        """
        with source.connect() as connection:
            rows = {
                t: list(map(dict, connection.execute(sa.text(f"SELECT * FROM {t}")).mappings()))
                for t in [*KEYS, "orders", "order_items", "payments"]
            }
        with warehouse.connect() as connection:
            open_rejects = connection.exec_driver_sql(
                "SELECT table_name, row_key, order_id, rule FROM stg.rejected_rows WHERE resolved_at IS NULL"
            ).all()
        requested = {table: set(keys) for table, keys in requested_keys.items()}
        gone_customers = requested.get("customers", set()) - {row["customer_id"] for row in rows["customers"]}
        if selective:
            rows = _only(requested, rows)
        rejected = {(reject.table_name, int(reject.row_key)) for reject in open_rejects}
        closed_orders = {reject.order_id for reject in open_rejects if reject.table_name in {"orders", "order_items"}}
        for table, key in KEYS.items():
            self.members[table] |= {row[key]: row for row in rows[table] if (table, row[key]) not in rejected}
            if full or table != "customers":  # an incremental load reads only the customers that changed
                self.deleted[table] = self.members[table].keys() - {row[key] for row in rows[table]}
        self.deleted["customers"] |= gone_customers & self.members["customers"].keys()
        gone_orders = (self.orders.keys() if full else requested.get("orders", set())) - {row["order_id"] for row in rows["orders"]}
        self.orders = {key: order for key, order in self.orders.items() if key not in gone_orders}
        self._observe_orders(rows, rejected, closed_orders)
        self._capture_costs()

    def _observe_orders(self, rows: dict[str, list[Row]], rejected: set[tuple[str, int]], closed: set[int]) -> None:
        fresh = {row["order_id"]: Order(row) for row in rows["orders"]}
        for line in rows["order_items"]:
            if line["order_id"] in fresh:
                fresh[line["order_id"]].lines[line["order_item_id"]] = line
        for payment in rows["payments"]:
            order_id, payment_id = payment["order_id"], payment["payment_id"]
            if order_id not in fresh:
                continue
            if ("payments", payment_id) not in rejected:
                fresh[order_id].payments[payment_id] = _payment(fresh[order_id].header, payment)
            elif last_good := order_id in self.orders and self.orders[order_id].payments.get(payment_id):
                fresh[order_id].payments[payment_id] = last_good
        released = {key: order for key, order in fresh.items() if key not in closed}
        self._move_out(released, set(self.orders))
        self._move_out(fresh, self.orders.keys() - fresh.keys())
        self.orders |= released

    def _move_out(self, read: dict[int, Order], left: Collection[int]) -> None:
        """Remove a row read with one order from another order that is quarantined or was not read."""
        lines = {line for order in read.values() for line in order.lines}
        payments = {payment for order in read.values() for payment in order.payments}
        for order in (self.orders[key] for key in left):
            order.lines = {key: line for key, line in order.lines.items() if key not in lines}
            order.payments = {key: payment for key, payment in order.payments.items() if key not in payments}

    def _capture_costs(self) -> None:
        for line in self._recognised_lines():
            product, known = line["product_id"], self.costs.get(line["order_item_id"])
            if known is None or known[0] != product or known[1] is None:
                member = self.members["products"].get(product)
                self.costs[line["order_item_id"]] = (product, member and member["unit_cost"])

    def _recognised_lines(self) -> Iterable[Row]:
        return (line for order in self.orders.values() if order.header["status"] in RECOGNISED for line in order.lines.values())

    def sales(self) -> dict[int, Row]:
        """Expected fact_sales by line, with source keys."""
        return {
            line["order_item_id"]: self._sale(order.header, line)
            for order in self.orders.values()
            if order.header["status"] in RECOGNISED
            for line in order.lines.values()
        }

    def _sale(self, header: Row, line: Row) -> Row:
        gross = line["quantity"] * line["unit_price"]
        revenue = cents(gross * (1 - line["discount"]))
        unit_cost = self.costs[line["order_item_id"]][1]
        cost = None if unit_cost is None else line["quantity"] * unit_cost
        return {
            "order_id": header["order_id"],
            "sale_date": header["order_date"].date(),
            "product_id": line["product_id"],
            "customer_id": header["customer_id"],
            "employee_id": header["employee_id"],
            "region_id": header["region_id"],
            "order_status": header["status"],
            "quantity": line["quantity"],
            "unit_cost": unit_cost,
            "revenue": revenue,
            "discount_amount": cents(gross * line["discount"]),
            "cost": cost,
            "margin": None if cost is None else revenue - cost,
        }

    def payments(self) -> dict[int, Row]:
        """Expected fact_payments by payment, with source keys."""
        return {key: payment for order in self.orders.values() for key, payment in order.payments.items()}

    def category_path(self, category_id: int | None) -> str:
        """Names from the top down."""
        names: list[str] = []
        while category_id is not None:
            category = self.members["categories"][category_id]
            names.insert(0, category["name"])
            category_id = category["parent_category_id"]
        return " / ".join(names)

    def sales_dynamics(self) -> list[tuple[Any, ...]]:
        """Day, region, category, revenue, quantity, cost, margin, discount, orders, lines."""

        def key(sale: Row) -> tuple[Any, ...]:
            return sale["sale_date"], sale["region_id"], self.members["products"][sale["product_id"]]["category_id"]

        return sorted(
            (
                day,
                self.members["regions"][region]["name"],
                self.category_path(category),
                *(_sum(sales, measure) for measure in ("revenue", "quantity", "cost", "margin", "discount_amount")),
                _orders(sales),
                len(sales),
            )
            for (day, region, category), sales in self._grouped(key).items()
        )

    def employee_performance(self) -> list[tuple[Any, ...]]:
        """Month, employee, revenue, margin, quantity, orders, lines, average check."""
        return sorted(
            (
                month,
                ONLINE if employee is None else self.members["employees"][employee]["full_name"],
                *(_sum(sales, measure) for measure in ("revenue", "margin", "quantity")),
                _orders(sales),
                len(sales),
                cents(_sum(sales, "revenue") / _orders(sales)),
            )
            for (month, employee), sales in self._grouped(lambda sale: (_month(sale), sale["employee_id"])).items()
        )

    def average_check(self) -> list[tuple[Any, ...]]:
        """Month, region, revenue, orders, average check."""
        return sorted(
            (
                month,
                self.members["regions"][region]["name"],
                _sum(sales, "revenue"),
                _orders(sales),
                cents(_sum(sales, "revenue") / _orders(sales)),
            )
            for (month, region), sales in self._grouped(lambda sale: (_month(sale), sale["region_id"])).items()
        )

    def product_ranking(self) -> list[tuple[Any, ...]]:
        """Sku, revenue, quantity, margin, orders, and four ranks."""
        sold = self._grouped(lambda sale: sale["product_id"])
        totals = {
            product: (
                _sum(sold[product], "revenue"),
                _sum(sold[product], "quantity"),
                _sum(sold[product], "margin"),
                _orders(sold[product]),
            )
            if product in sold
            else (Decimal(0), 0, Decimal(0), 0)
            for product in self.members["products"]
        }
        revenues, quantities = [t[0] for t in totals.values()], [t[1] for t in totals.values()]
        return sorted(
            (
                self.members["products"][product]["sku"],
                *total,
                1 + sum(r > total[0] for r in revenues),
                1 + sum(r < total[0] for r in revenues),
                1 + sum(q > total[1] for q in quantities),
                1 + sum(q < total[1] for q in quantities),
            )
            for product, total in totals.items()
        )

    def _grouped(self, key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
        groups: dict[Any, list[Row]] = defaultdict(list)
        for sale in self.sales().values():
            groups[key(sale)].append(sale)
        return groups


def _only(requested: dict[str, set[int]], rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Rows of a selective load: the requested ones, and all of the reference tables."""
    by = {"customers": "customer_id", "orders": "order_id", "order_items": "order_id", "payments": "order_id"}

    def wanted(table: str, row: Row) -> bool:
        return table not in by or row[by[table]] in requested.get("customers" if table == "customers" else "orders", set())

    return {table: [row for row in found if wanted(table, row)] for table, found in rows.items()}


def _payment(header: Row, payment: Row) -> Row:
    return {
        "order_id": header["order_id"],
        "paid_date": payment["paid_at"].date(),
        "customer_id": header["customer_id"],
        "region_id": header["region_id"],
        "method": payment["method"],
        "amount": payment["amount"],
    }


def cents(amount: Decimal) -> Decimal:
    """Rounded half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def _month(sale: Row) -> str:
    return f"{sale['sale_date']:%Y-%m}"


def _orders(sales: list[Row]) -> int:
    return len({sale["order_id"] for sale in sales})


def _sum(sales: list[Row], measure: str) -> Any:
    """As in SQL: NULL if nothing is known."""
    known = [sale[measure] for sale in sales if sale[measure] is not None]
    return sum(known) if known else None
