"""Kinds of bad rows, at least one a rule of the gate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal

from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG
from techmarket.seed.draw import Draw
from techmarket.seed.literals import Columns
from techmarket.seed.sales import Lines

Row = Mapping[str, str]
"""Column to literal."""

MAX_RATE = 0.2
KEYS_KEPT = 1000
"""Of each kind, in a summary."""

_NOBODY = "999999999"
_BLANK = "'   '"
_ZERO_DATE, _ZERO_DATETIME = "'0000-00-00'", "'0000-00-00 00:00:00'"
_FAR_FUTURE = "'2099-01-01 12:00:00'"
_AWKWARD_NAME = "'ТОВ «Роги\\t&\\nкопита» \\\\N \\\\. \"O''Ніл\" 📱'"
"""Valid, but breaks careless exporters."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to be bad."""

    name: str
    """``<table>.<what>``."""
    change: Callable[[Row], Row]
    """Columns to overwrite in the good row."""

    @property
    def table(self) -> str:
        """The kind's table."""
        return self.name.partition(".")[0]


def _fixed(name: str, /, **columns: str) -> Kind:
    return Kind(name, lambda _: columns)


def _negative(*columns: str) -> Callable[[Row], Row]:
    return lambda row: {column: str(-abs(Decimal(row[column]))) for column in columns}


def _plus(column: str, amount: str) -> Callable[[Row], Row]:
    return lambda row: {column: str(Decimal(row[column]) + Decimal(amount))}


KINDS = (
    _fixed("regions.name_blank", name=_BLANK),
    Kind("regions.name_taken", lambda row: {"name": "'місто Київ'" if row["name"] != "'місто Київ'" else "'Одеська область'"}),
    _fixed("customers.name_blank", full_name=_BLANK),
    _fixed("customers.name_awkward", full_name=_AWKWARD_NAME),
    _fixed("customers.email_malformed", email="'olena.at.example.com'"),
    _fixed("customers.phone_malformed", phone="'0-800'"),
    _fixed("customers.region_unknown", region_id=_NOBODY),
    _fixed("customers.created_impossible", created_at=_ZERO_DATETIME),
    _fixed("customers.created_in_future", created_at=_FAR_FUTURE),
    _fixed("employees.name_blank", full_name=_BLANK),
    _fixed("employees.email_malformed", email="'taras@@techmarket'"),
    _fixed("employees.region_unknown", region_id=_NOBODY),
    _fixed("employees.hired_impossible", hired_at=_ZERO_DATE),
    _fixed("categories.name_blank", name=_BLANK),
    Kind("categories.own_parent", lambda row: {"parent_category_id": row["category_id"]}),
    _fixed("categories.parent_unknown", parent_category_id=_NOBODY),
    _fixed("products.name_blank", name=_BLANK),
    Kind("products.sku_in_cyrillic", lambda row: {"sku": row["sku"].replace("TM", "ТМ")}),  # looks the same
    Kind("products.cost_above_price", lambda row: {"unit_cost": str(Decimal(row["list_price"]) + 1)}),
    Kind("products.cost_negative", _negative("unit_cost")),
    Kind("products.price_negative", _negative("list_price")),
    _fixed("products.active_flag_unknown", is_active="2"),
    _fixed("products.category_unknown", category_id=_NOBODY),
    _fixed("orders.status_unknown", status="'lost'"),
    _fixed("orders.date_in_future", order_date=_FAR_FUTURE),
    _fixed("orders.date_before_2000", order_date="'1970-01-01 00:00:00'"),
    _fixed("orders.date_zero", order_date=_ZERO_DATETIME),
    _fixed("orders.date_not_in_calendar", order_date="'2025-02-31 10:00:00'"),
    _fixed("orders.customer_unknown", customer_id=_NOBODY),
    _fixed("orders.employee_unknown", employee_id=_NOBODY),
    _fixed("orders.region_unknown", region_id=_NOBODY),
    Kind("orders.total_off_by_a_cent", _plus("total_amount", "0.01")),
    Kind("orders.total_negative", _negative("total_amount")),
    _fixed("order_items.quantity_zero", quantity="0"),
    _fixed("order_items.quantity_negative", quantity="-1"),
    _fixed("order_items.quantity_implausible", quantity="100000"),
    Kind("order_items.price_negative", _negative("unit_price")),
    _fixed("order_items.discount_above_one", discount="1.5000"),
    _fixed("order_items.discount_negative", discount="-0.1000"),
    _fixed("order_items.product_unknown", product_id=_NOBODY),
    _fixed("order_items.order_unknown", order_id=_NOBODY),
    _fixed("payments.amount_zero", amount="0.00"),
    Kind("payments.amount_negative", _negative("amount")),
    Kind("payments.amount_off", _plus("amount", "1.00")),
    _fixed("payments.method_unknown", method="'barter'"),
    _fixed("payments.paid_before_order", paid_at="'2001-01-01 00:00:00'"),
    _fixed("payments.paid_before_2000", paid_at="'1970-01-01 00:00:00'"),
    _fixed("payments.paid_in_future", paid_at=_FAR_FUTURE),
    _fixed("payments.paid_impossible", paid_at=_ZERO_DATETIME),
    _fixed("payments.order_unknown", order_id=_NOBODY),
    *(_fixed(f"{table}.stamp_zero", updated_at=_ZERO_DATETIME) for table in CATALOG),
)

WITHOUT_LINES = "orders.without_lines"
"""Changes no row: an order loses its lines."""


@dataclass(slots=True)
class Spoiler:
    """Spoils a share of rows, and remembers keys."""

    seed: int
    rate: float
    keys: dict[str, list[int]] = field(default_factory=dict)
    """By kind, at most KEYS_KEPT."""

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= MAX_RATE:
            msg = f"The share of dirty rows must lie between 0 and {MAX_RATE}, not {self.rate}."
            raise ConfigurationError(msg)

    def spoil(self, table: str, columns: Columns, *, block: int) -> None:
        """Spoil a block's rows in place; a first block gets each kind."""
        kinds = [kind for kind in KINDS if kind.table == table]
        key = CATALOG[table].key
        rows = len(columns[key])
        draw = Draw(self.seed, f"dirt in {table}", block)
        wanted = int(rows * self.rate + draw.fractions(1)[0]) if self.rate else 0
        chosen = draw.integers(0, len(kinds), rows).tolist()
        if self.rate and block == 0:
            wanted = max(wanted, len(kinds))
            chosen = [*range(len(kinds)), *chosen]
        self._require_room(table, rows, wanted)
        for position, number in zip(draw.sample(rows, wanted), chosen, strict=False):
            self._overwrite(kinds[number], columns, position, key)

    def drop_lines(self, lines: Lines, orders: int) -> Lines:
        """Remove one order's lines, in the first block."""
        if not self.rate:
            return lines
        order = Draw(self.seed, WITHOUT_LINES).sample(orders, 1)[0]
        self.keys[WITHOUT_LINES] = [order + 1]
        kept = lines.order != order
        return Lines(*(getattr(lines, each.name)[kept] for each in fields(lines)))

    def _overwrite(self, kind: Kind, columns: Columns, position: int, key: str) -> None:
        row = {name: values[position] for name, values in columns.items()}
        for name, literal in kind.change(row).items():
            columns[name][position] = literal
        keys = self.keys.setdefault(kind.name, [])
        if len(keys) < KEYS_KEPT:
            keys.append(int(row[key]))

    def _require_room(self, table: str, rows: int, wanted: int) -> None:
        if wanted > rows:
            msg = f"One bad row of each kind needs {wanted} rows in {table}, and only {rows} are seeded. Seed more orders: 100 are enough."
            raise ConfigurationError(msg)
