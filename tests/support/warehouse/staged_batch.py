"""Puts rows directly into stg and releases them."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from techmarket.extract.sealed import WHOLE, Manifest, Part, TableRead
from techmarket.ledger.batches import open_batch
from techmarket.model.catalog import CATALOG, Reading, Table
from techmarket.model.modes import Extent, Mode
from techmarket.project import Project
from techmarket.quality.gate.report import GateReport
from techmarket.release.certificate import Certificate
from techmarket.release.release import release
from techmarket.settings import Settings

Row = dict[str, Any]
Rows = dict[str, list[Row]]

FIRST_SNAPSHOT = datetime(2026, 11, 22, 1, tzinfo=UTC)
STAMP = datetime(2026, 11, 1, tzinfo=UTC)


def region(region_id: int, **changed: object) -> Row:
    return {"region_id": region_id, "name": f"Region {region_id}", "country": "Україна", **changed}


def category(category_id: int, **changed: object) -> Row:
    return {"category_id": category_id, "name": f"Category {category_id}", "parent_category_id": None, **changed}


def product(product_id: int, **changed: object) -> Row:
    named = {"product_id": product_id, "sku": f"SKU-{product_id}", "name": f"Product {product_id}", "category_id": 1}
    return named | {"unit_cost": Decimal("60.10"), "list_price": Decimal("99.90"), "is_active": 1} | changed


def customer(customer_id: int, **changed: object) -> Row:
    personal = {"full_name": f"Customer {customer_id}", "email": f"c{customer_id}@example.com", "phone": "+380500000000"}
    return {"customer_id": customer_id, **personal, "region_id": 1, "created_at": datetime(2025, 1, 1)} | changed  # noqa: DTZ001 - business time


def employee(employee_id: int, **changed: object) -> Row:
    return {"employee_id": employee_id, "full_name": f"Employee {employee_id}", "email": None, "position": "Seller", "region_id": 1} | {
        "hired_at": date(2020, 1, 1),
        **changed,
    }


def order(order_id: int, **changed: object) -> Row:
    placed = datetime(2026, 11, 20, 23, 59, 59)  # noqa: DTZ001 - business time
    who = {"customer_id": 1, "employee_id": 1, "region_id": 1}
    return {"order_id": order_id, **who, "order_date": placed, "total_amount": Decimal(0), "status": "paid"} | changed


def line(order_item_id: int, order_id: int, **changed: object) -> Row:
    sold = {"product_id": 1, "quantity": 2, "unit_price": Decimal("99.90"), "discount": Decimal("0.0500")}
    return {"order_item_id": order_item_id, "order_id": order_id, **sold} | changed


def payment(payment_id: int, order_id: int, **changed: object) -> Row:
    paid = {"method": "card", "paid_at": datetime(2026, 11, 21, 10), "amount": Decimal("189.81")}  # noqa: DTZ001 - business time
    return {"payment_id": payment_id, "order_id": order_id, **paid} | changed


def shop(**changed: list[Row]) -> Rows:
    """One of everything, and two paid orders with two lines; ``changed`` replaces tables."""
    rows: Rows = {
        "regions": [region(1)],
        "categories": [category(1)],
        "products": [product(1), product(2, unit_cost=Decimal("10.00"))],
        "customers": [customer(1)],
        "employees": [employee(1)],
        "orders": [order(1), order(2)],
        "order_items": [line(11, 1), line(12, 1, product_id=2), line(21, 2), line(22, 2, product_id=2)],
        "payments": [payment(1, 1), payment(2, 2)],
    }
    return rows | changed


def _read(table: Table, mode: Mode) -> TableRead:
    if mode is Mode.FULL or table.reading is Reading.WHOLE:
        return WHOLE
    return TableRead(Extent.REQUESTED) if mode.is_selective else TableRead(Extent.CHANGES, FIRST_SNAPSHOT)


class StagedBatches:
    def __init__(self, warehouse: sa.Engine, settings: Settings) -> None:
        self.warehouse = warehouse
        self.settings = settings
        self._snapshot_at = FIRST_SNAPSHOT

    def stage(self, rows: Rows, *, rejects: Sequence[tuple[str, int, str, int | None]] = ()) -> None:
        """Rejects are (table, key, rule, order)."""
        with self.warehouse.begin() as connection:
            connection.exec_driver_sql("TRUNCATE stg.batch_rejects")
            for table in CATALOG.values():
                connection.exec_driver_sql(f"TRUNCATE stg.{table.name}")
                staged = [{**row, "updated_at": STAMP} for row in rows.get(table.name, [])]
                if staged:
                    columns = [sa.column(name) for name in table.column_names]
                    connection.execute(sa.insert(sa.table(table.name, *columns, schema="stg")), staged)
            for table_name, key, rule, order_id in rejects:
                connection.execute(
                    sa.text("INSERT INTO stg.batch_rejects VALUES (:table_name, :row_key, :rule, :order_id, '{}')"),
                    {"table_name": table_name, "row_key": str(key), "rule": rule, "order_id": order_id},
                )

    def manifest(self, mode: Mode, **changed: Any) -> Manifest:
        """Manifest of the staged rows, an hour after the previous one."""
        self._snapshot_at += timedelta(hours=1)
        with self.warehouse.connect() as connection:
            staged = {table: connection.exec_driver_sql(f"SELECT count(*) FROM stg.{table}").scalar_one() for table in CATALOG}
        fields: dict[str, Any] = {
            "extract_id": f"test-{secrets.token_hex(3)}",
            "mode": mode,
            "source_version": "test",
            "snapshot_at": self._snapshot_at,
            "horizon": self._snapshot_at - timedelta(seconds=1),
            "reads": {table.name: _read(table, mode) for table in CATALOG.values()},
            "requested_keys": {},
            "nul_bytes": {},
            "catalog": CATALOG.fingerprint,
            "parts": tuple(Part(table, table, rows, 0, "") for table, rows in staged.items()),
        }
        return Manifest(**{**fields, **changed})

    def release(
        self,
        *,
        mode: Mode = Mode.FULL,
        allow_mass_delete: bool = False,
        before: Callable[[int], None] = lambda _batch_id: None,
        **changed: Any,
    ) -> Certificate:
        """``before`` runs when the batch is open; ``changed`` updates the manifest."""
        batch = open_batch(self.warehouse, mode, requested_by="test")
        manifest = self.manifest(mode, **changed)
        before(batch.batch_id)
        return release(
            self.warehouse,
            batch_id=batch.batch_id,
            manifest=manifest,
            report=GateReport(batch.batch_id, manifest.snapshot_at, outcomes=(), tables={}),
            project=Project(CATALOG, (), self.settings),
            allow_mass_delete=allow_mass_delete,
        )

    def load(self, rows: Rows, *, rejects: Sequence[tuple[str, int, str, int | None]] = (), **options: Any) -> Certificate:
        self.stage(rows, rejects=rejects)
        return self.release(**options)

    def query(self, statement: str) -> list[Mapping[str, Any]]:
        with self.warehouse.connect() as connection:
            return [dict(row) for row in connection.execute(sa.text(statement)).mappings()]

    def sales(self) -> dict[int, Mapping[str, Any]]:
        """``fact_sales`` by line, with source keys."""
        rows = self.query(
            "SELECT f.*, p.product_id, c.customer_id, e.employee_id, r.region_id FROM dwh.fact_sales AS f"
            " JOIN dwh.dim_product AS p USING (product_key) JOIN dwh.dim_customer AS c USING (customer_key)"
            " JOIN dwh.dim_employee AS e USING (employee_key) JOIN dwh.dim_region AS r ON r.region_key = f.region_key"
        )
        return {row["order_item_id"]: row for row in rows}

    def payments(self) -> dict[int, Mapping[str, Any]]:
        return {row["payment_id"]: row for row in self.query("SELECT * FROM dwh.fact_payments")}

    def members(self, dimension: str) -> dict[int | None, Mapping[str, Any]]:
        """A dimension by source key; None is the unknown member."""
        key = dimension.removeprefix("dim_") + "_id"
        return {row[key]: row for row in self.query(f"SELECT * FROM dwh.{dimension}")}
