"""The source tables, each declared once.

Statements, ``stg`` DDL, checks and test parameters follow from a declaration. A bad one fails at import.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from techmarket.errors import ConfigurationError
from techmarket.model.column_types import ColumnType, Date, Decimal, Integer, LocalDatetime, Text, Timestamp

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""Names go into statements and bound parameters, a table's into file names too."""


class Reading(StrEnum):
    """How an incremental load reads a table."""

    WHOLE = "whole"
    """Small table, read whole so that deletions show."""
    BY_CURSOR = "by_cursor"
    WITH_ORDER = "with_order"
    """Every row of each changed order."""


@dataclass(frozen=True, slots=True)
class Column:
    """One source column."""

    name: str
    type: ColumnType
    meaning: str
    nullable: bool = False
    personal: bool = False
    """Masked for people, and released to dwh only if a KPI needs it."""


def _no_references() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Table:
    """One source table."""

    name: str
    meaning: str
    key: str
    reading: Reading
    columns: tuple[Column, ...]
    references: Mapping[str, str] = field(default_factory=_no_references)
    """Column to the table whose key it names."""
    left_out: Mapping[str, str] = field(default_factory=_no_references)
    """Source column that is not read on purpose, to the reason."""
    cursor: str = "updated_at"
    born: str | None = None
    """Column with the business time at which a row came to be. Another value under the same key is another row."""

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        problems = [f"{name!r} is no name of letters, digits and underscores" for name in (self.name, *names) if not _NAME.fullmatch(name)]
        problems += [f"column {name!r} is declared twice" for name in {n for n in names if names.count(n) > 1}]
        problems += [f"{role} {name!r} is not a column" for role, name in self._named_columns() if name not in names]
        problems += [f"column {name!r} is both read and left out" for name in self.left_out if name in names]
        if self.key in names and self[self.key].nullable:
            problems.append(f"key {self.key!r} must not be nullable")
        if self.key in names and not isinstance(self[self.key].type, Integer):
            problems.append(f"key {self.key!r} must be an Integer: tables are paged by it")
        if problems:
            msg = f"Catalogue entry {self.name!r} is wrong: {'; '.join(sorted(problems))}. Correct techmarket/model/catalog.py."
            raise ConfigurationError(msg)

    def _named_columns(self) -> Iterator[tuple[str, str]]:
        yield "key", self.key
        yield "cursor", self.cursor
        if self.born:
            yield "birth", self.born
        yield from (("reference", name) for name in self.references)
        if self.reading is Reading.WITH_ORDER:
            yield "order key", "order_id"

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def column_names(self) -> tuple[str, ...]:
        """In the order of rendering and COPY."""
        return tuple(column.name for column in self.columns)


class Catalog(Mapping[str, Table]):
    """The declared tables by name, parents before their children."""

    def __init__(self, *tables: Table) -> None:
        self._tables: dict[str, Table] = {}
        for table in tables:
            unknown = {to for to in table.references.values() if to not in self._tables and to != table.name}
            if table.name in self._tables or unknown:
                what = f"references {sorted(unknown)}, not declared before it" if unknown else "is declared twice"
                msg = f"Catalogue entry {table.name!r} {what}. Correct techmarket/model/catalog.py."
                raise ConfigurationError(msg)
            self._tables[table.name] = table

    def __getitem__(self, name: str) -> Table:
        try:
            return self._tables[name]
        except KeyError:
            msg = f"Unknown table {name!r}; the catalogue has {', '.join(self._tables)}."
            raise ConfigurationError(msg) from None

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    @property
    def fingerprint(self) -> str:
        """Changes with any table, column, column order or type; an extract is tied to it."""
        text = "\n".join(f"{t.name}.{c.name}:{c.type.postgres}" for t in self.values() for c in t.columns)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


_MONEY = Decimal(12, 2)
_UPDATED_AT = Column("updated_at", Timestamp(), "When the source last changed the row; the cursor of incremental loads")

CATALOG = Catalog(
    Table(
        name="regions",
        meaning="Sales regions",
        key="region_id",
        reading=Reading.WHOLE,
        columns=(
            Column("region_id", Integer(32), "Key of the region"),
            Column("name", Text(100), "Name of the region"),
            Column("country", Text(100), "Country of the region"),
            _UPDATED_AT,
        ),
    ),
    Table(
        name="customers",
        meaning="People and companies who buy",
        key="customer_id",
        reading=Reading.BY_CURSOR,
        references={"region_id": "regions"},
        born="created_at",
        columns=(
            Column("customer_id", Integer(64), "Key of the customer"),
            Column("full_name", Text(200), "Name as on the invoice", personal=True),
            Column("email", Text(254), "E-mail address", nullable=True, personal=True),
            Column("phone", Text(32), "Telephone number", nullable=True, personal=True),
            Column("region_id", Integer(32), "Home region", nullable=True),
            Column("created_at", LocalDatetime(), "When the account was opened, business time"),
            _UPDATED_AT,
        ),
    ),
    Table(
        name="employees",
        meaning="Staff who sell",
        key="employee_id",
        reading=Reading.WHOLE,
        references={"region_id": "regions"},
        columns=(
            Column("employee_id", Integer(32), "Key of the employee"),
            Column("full_name", Text(200), "Name of the employee"),
            Column("email", Text(254), "Work e-mail address", nullable=True, personal=True),
            Column("position", Text(100), "Position held"),
            Column("region_id", Integer(32), "Region of work", nullable=True),
            Column("hired_at", Date(), "First day of work"),
            _UPDATED_AT,
        ),
    ),
    Table(
        name="categories",
        meaning="Product categories, a tree",
        key="category_id",
        reading=Reading.WHOLE,
        references={"parent_category_id": "categories"},
        columns=(
            Column("category_id", Integer(32), "Key of the category"),
            Column("name", Text(100), "Name of the category"),
            Column("parent_category_id", Integer(32), "Category above; NULL at the top", nullable=True),
            _UPDATED_AT,
        ),
    ),
    Table(
        name="products",
        meaning="Products on sale, past and present",
        key="product_id",
        reading=Reading.WHOLE,
        references={"category_id": "categories"},
        columns=(
            Column("product_id", Integer(32), "Key of the product"),
            Column("sku", Text(64), "Stock-keeping unit, unique"),
            Column("name", Text(200), "Name of the product"),
            Column("category_id", Integer(32), "Category of the product"),
            Column("unit_cost", _MONEY, "Purchase price of one piece, UAH"),
            Column("list_price", _MONEY, "Price of one piece before discount, UAH"),
            Column("is_active", Integer(8), "1 while on sale, else 0"),
            _UPDATED_AT,
        ),
    ),
    Table(
        name="orders",
        meaning="Order headers",
        key="order_id",
        reading=Reading.WITH_ORDER,
        references={"customer_id": "customers", "employee_id": "employees", "region_id": "regions"},
        born="order_date",
        columns=(
            Column("order_id", Integer(64), "Key of the order"),
            Column("customer_id", Integer(64), "Who bought"),
            Column("employee_id", Integer(32), "Who sold; NULL for an order placed online", nullable=True),
            Column("order_date", LocalDatetime(), "When the order was placed, business time"),
            Column("region_id", Integer(32), "Region of the sale"),
            Column("total_amount", _MONEY, "Sum of the lines after discount, UAH"),
            Column("status", Text(16), "new, paid, shipped, delivered, cancelled or returned"),
            _UPDATED_AT,
        ),
    ),
    Table(
        name="order_items",
        meaning="Order lines",
        key="order_item_id",
        reading=Reading.WITH_ORDER,
        references={"order_id": "orders", "product_id": "products"},
        columns=(
            Column("order_item_id", Integer(64), "Key of the line"),
            Column("order_id", Integer(64), "Order of the line"),
            Column("product_id", Integer(32), "Product sold"),
            Column("quantity", Integer(32), "Pieces"),
            Column("unit_price", _MONEY, "Price of one piece before discount, UAH"),
            Column("discount", Decimal(5, 4), "Discount as a fraction, 0 to 1"),
            _UPDATED_AT,
        ),
    ),
    Table(
        name="payments",
        meaning="Payments received",
        key="payment_id",
        reading=Reading.WITH_ORDER,
        references={"order_id": "orders"},
        born="paid_at",
        columns=(
            Column("payment_id", Integer(64), "Key of the payment"),
            Column("order_id", Integer(64), "Order paid"),
            Column("method", Text(32), "card, cash, bank_transfer, instalments or gift_card"),
            Column("paid_at", LocalDatetime(), "When the money arrived, business time"),
            Column("amount", _MONEY, "Amount paid, UAH"),
            _UPDATED_AT,
        ),
    ),
)
