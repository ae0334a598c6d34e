"""Changes to a filled order system, as between two loads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from types import MappingProxyType

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG
from techmarket.seed import literals
from techmarket.seed.bulk_insert import seeding_session
from techmarket.seed.dirt import KINDS, Kind
from techmarket.seed.history import KYIV
from techmarket.seed.names import email, person, phone
from techmarket.seed.sales import METHODS

_SPOILED_TABLES = frozenset({"customers", "products", "orders", "order_items", "payments"})
"""Large enough for more bad rows in every round."""
_UNSEEN_KINDS = frozenset({"order_items.order_unknown", "payments.order_unknown"} | {f"{table}.stamp_zero" for table in CATALOG})
"""No incremental load sees these: the order does not change, or the change has no date."""
_DISCOUNTS = ("0", "0.05", "0.0725", "0.3333")
_BOOKED = "paid,shipped,delivered"


@dataclass(frozen=True, slots=True)
class Change:
    """A kind of change."""

    usual: int
    candidates: str
    """Query in ``sql/mysql/changes``."""
    scripts: tuple[str, ...]
    """Run in turn for each row."""
    statuses: str = ""
    """The order's, separated by commas."""
    lines: int = 0
    """Least lines of the order."""


CHANGES: Mapping[str, Change] = MappingProxyType(
    {
        "add_customer": Change(3, "recent_customers", ("add_customer",)),
        "add_product": Change(2, "sellable_products", ("add_product",)),
        "add_order": Change(12, "recent_customers", ("add_order",)),
        "pay": Change(6, "recent_orders", ("settle", "pay"), "new"),
        "advance": Change(6, "recent_orders", ("advance",), "paid,shipped"),
        "cancel": Change(2, "recent_orders", ("cancel",), "new,paid"),
        "return": Change(2, "recent_orders", ("return",), "delivered"),
        "move": Change(3, "recent_orders", ("move",), "new,paid,shipped,delivered"),
        "exchange_product": Change(2, "recent_orders", ("exchange_product",), _BOOKED, lines=1),
        "raise_quantity": Change(2, "recent_orders", ("raise_quantity", "recount_total", "settle"), _BOOKED, lines=1),
        "delete_line": Change(2, "recent_orders", ("delete_line", "recount_total", "settle"), _BOOKED, lines=2),
        "split_payment": Change(2, "recent_orders", ("split_payment",), _BOOKED),
        "reprice_product": Change(3, "sellable_products", ("reprice_product",)),
        "rename_product": Change(2, "sellable_products", ("rename_product",)),
        "delete_product": Change(1, "unsold_products", ("delete_product",)),
    }
)


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """What was changed."""

    changed: Mapping[str, int]
    """Rows by change; fewer than requested if too few qualify."""
    dirty: Mapping[str, int]
    """Kind to key."""


def change_source(
    admin_engine: sa.Engine,
    *,
    seed: int,
    counts: Mapping[str, int] | None = None,
    dirty: int = 3,
    now: datetime | None = None,
) -> ChangeSummary:
    """Let customers order, pay and cancel, and the office make corrections.

    Only changes that an incremental load sees: no whole order or customer is deleted. Equal ``seed`` and ``now`` make equal changes to
    equal order systems.

    Args:
        admin_engine: may write.
        seed: any whole number.
        counts: rows by name of CHANGES; by default the usual numbers.
        dirty: number of rows to spoil, each of another kind; at most the number of kinds.
        now: business time of new rows; by default now in Kyiv.

    Raises:
        ConfigurationError: a change is unknown, or products, customers, employees or regions are missing.
    """
    wanted = {name: change.usual for name, change in CHANGES.items()} if counts is None else counts
    if unknown := sorted(set(wanted) - set(CHANGES)):
        msg = f"Unknown changes: {', '.join(unknown)}. There are {', '.join(CHANGES)}."
        raise ConfigurationError(msg)
    random = Random(seed)  # noqa: S311 - repeatable on purpose
    with typed_errors("changing the order system"):
        with admin_engine.begin() as connection:
            day = _Day(connection, random, now or datetime.now(KYIV).replace(tzinfo=None, microsecond=0))
            changed = {name: day.make(change, wanted.get(name, 0)) for name, change in CHANGES.items()}
        with seeding_session(admin_engine) as session:
            spoiled = _spoil(session, random, dirty)
    return ChangeSummary(changed=MappingProxyType(changed), dirty=MappingProxyType(spoiled))


class _Day:
    def __init__(self, connection: sa.Connection, random: Random, now: datetime) -> None:
        self._connection = connection
        self._random = random
        self._now = now
        self._customers, self._employees, self._regions, self._products = (
            self._found(query) for query in ("recent_customers", "employees", "regions", "sellable_products")
        )

    def make(self, change: Change, count: int) -> int:
        """Change ``count`` rows at most; returns their number."""
        rows = self._query(change.candidates, statuses=change.statuses, at_least=change.lines)
        chosen = self._random.sample(rows, min(count, len(rows)))
        for row in chosen:
            circumstances = self._circumstances() | row
            for script in change.scripts:
                sql.run_script(self._connection, f"changes/{script}", **circumstances)
        return len(chosen)

    def _circumstances(self) -> dict[str, object]:
        """The scripts' parameters."""
        choice, number = self._random.choice, self._random.randrange(1 << 30)
        somebody = person(number)
        return {
            "now": self._now,
            "number": number,
            "full_name": somebody.full_name,
            "email": email(somebody, number),
            "phone": phone(number),
            "customer_id": choice(self._customers),
            "employee_id": choice(self._employees),
            "seller_id": choice(self._employees) if self._random.random() < 0.85 else None,
            "region_id": choice(self._regions),
            "product_id": choice(self._products),
            "second_product_id": choice(self._products),
            "third_product_id": choice(self._products),
            "quantity": self._random.randint(1, 3),
            "discount": choice(_DISCOUNTS),
            "method": choice(METHODS),
        }

    def _found(self, query: str) -> list[int]:
        keys = [key for row in self._query(query) for key in row.values()]
        if not keys:
            msg = f"Nothing can happen in this order system: it has no {query.replace('_', ' ')}. Seed it first: `techmarket seed`."
            raise ConfigurationError(msg)
        return keys

    def _query(self, name: str, **parameters: object) -> list[dict[str, int]]:
        result = sql.run(self._connection, f"changes/{name}", **parameters)
        return [dict(row) for row in result.mappings()]


def _spoil(session: sa.Connection, random: Random, count: int) -> dict[str, int]:
    """One row for each kind; skips empty tables."""
    kinds = [kind for kind in KINDS if kind.table in _SPOILED_TABLES and kind.name not in _UNSEEN_KINDS]
    spoiled = {}
    for kind in random.sample(kinds, count):
        table = CATALOG[kind.table]
        key = sa.column(table.key, sa.BigInteger)
        source = sa.table(table.name, key, *(sa.column(name) for name in table.column_names if name != table.key))
        keys = session.scalars(sa.select(key).select_from(source).order_by(key.desc()).limit(1000)).all()
        if keys:
            spoiled[kind.name] = random.choice(keys)
            _overwrite(session, source, key == spoiled[kind.name], kind)
    return spoiled


def _overwrite(session: sa.Connection, source: sa.TableClause, is_chosen: sa.ColumnElement[bool], kind: Kind) -> None:
    row = session.execute(sa.select(source).where(is_chosen)).mappings().one()
    changes = kind.change({name: literals.of_value(value) for name, value in row.items()})
    session.execute(sa.update(source).where(is_chosen).values({name: sa.literal_column(value) for name, value in changes.items()}))
