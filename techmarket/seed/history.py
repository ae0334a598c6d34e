"""Generates an electronics retailer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.errors import ConfigurationError
from techmarket.model.progress import SILENT, Progress
from techmarket.seed import rows, sales
from techmarket.seed.assortment import Assortment
from techmarket.seed.bulk_insert import BulkInsert, seeding_session
from techmarket.seed.demand import Clock, Demand
from techmarket.seed.dirt import Spoiler
from techmarket.seed.draw import Draw
from techmarket.seed.literals import Columns
from techmarket.seed.roster import Roster

DEFAULT_UNTIL = date(2026, 11, 1)
"""Fixed, so that a seed gives the same rows on any day."""

KYIV = ZoneInfo("Europe/Kyiv")

_BLOCK = 10_000
"""Rows drawn together. Another value gives other rows."""
_EMPLOYEES = 120
_FEWEST_CUSTOMERS = 100
_ORDERS_PER_CUSTOMER = 5


@dataclass(frozen=True, slots=True)
class SeedSummary:
    """What was generated."""

    rows: Mapping[str, int]
    dirty: Mapping[str, tuple[int, ...]]
    """Keys by kind, at most 1000 each, without orders that a bad line gives a wrong total. ``customers.name_awkward`` must arrive
    unchanged.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Three years of sales. Equal fields give equal rows."""

    orders: int
    """Lines are about three times as many; customers a fifth, at least 100."""
    seed: int
    """Any whole number from 0."""
    dirty: float = 0.0
    """Share of bad rows in each table; above 0, at least one of each kind, too many for the gate in a small order system."""
    until: date = DEFAULT_UNTIL
    """First day after the history, in business time; not in the future."""
    time_zone: ZoneInfo = KYIV
    """Of the DATETIME columns."""


def generate(admin_engine: Engine, history: History, *, replace: bool = False, progress: Progress = SILENT) -> SeedSummary:
    """Fill a schema; ``replace`` truncates tables first.

    Raises:
        ConfigurationError: a number is out of range, or there are rows without ``replace``.
    """
    _require_sense(history)
    with typed_errors("seeding the order system"):
        _require_empty(admin_engine, replace=replace)
        with BulkInsert(admin_engine) as insert:
            seeding = _Seeding(insert, Spoiler(history.seed, history.dirty), progress)
            seeding.run(_open_market(history.seed, history.orders, Clock.ending(history.until, history.time_zone)), history.orders)
    return SeedSummary(
        rows=MappingProxyType(seeding.done),
        dirty=MappingProxyType({kind: tuple(keys) for kind, keys in sorted(seeding.spoiler.keys.items())}),
    )


def _require_sense(history: History) -> None:
    today = datetime.now(history.time_zone).date()
    problems = [
        *([f"the number of orders must be 1 or more, not {history.orders}"] if history.orders < 1 else []),
        *([f"the seed must be 0 or more, not {history.seed}"] if history.seed < 0 else []),
        *([f"the history cannot end on {history.until}, after today, {today}"] if history.until > today else []),
    ]
    if problems:
        msg = f"Cannot seed: {'; '.join(problems)}."
        raise ConfigurationError(msg)


def _require_empty(engine: Engine, *, replace: bool) -> None:
    with seeding_session(engine) as connection:
        if replace:
            sql.run_script(connection, "seed/empty_tables")
        elif sql.run(connection, "seed/is_filled").scalar():
            msg = f"The order system {engine.url.database!r} already holds rows; seeding would mix with them. To empty it first: --replace."
            raise ConfigurationError(msg)


def _open_market(seed: int, orders: int, clock: Clock) -> sales.Market:
    customers = max(_FEWEST_CUSTOMERS, orders // _ORDERS_PER_CUSTOMER)
    return sales.Market(
        seed=seed,
        clock=clock,
        demand=Demand(clock),
        customers=Roster(Draw(seed, "accounts"), size=customers, opened=clock.opened, until=clock.until),
        employees=Roster(Draw(seed, "hirings"), size=_EMPLOYEES, opened=clock.opened, until=clock.until),
        assortment=Assortment(Draw(seed, "assortment"), clock),
    )


@dataclass(slots=True)
class _Seeding:
    insert: BulkInsert
    spoiler: Spoiler
    progress: Progress
    done: dict[str, int] = field(default_factory=dict)

    def run(self, market: sales.Market, orders: int) -> None:
        self._write("regions", rows.regions(market.clock))
        self._write("categories", rows.categories(market.clock))
        self._write("products", rows.products(market.assortment, market.clock))
        self._write("employees", rows.employees(market.seed, market.employees, market.clock))
        customers = len(market.customers.joined)
        for block, first in enumerate(range(0, customers, _BLOCK)):
            count = min(_BLOCK, customers - first)
            accounts = rows.customers(market.seed, market.customers, market.clock, block=block, first=first, count=count)
            self._write("customers", accounts, block=block, total=customers)
        for block, first in enumerate(range(0, orders, _BLOCK)):
            self._sell(market, orders, block=block, first=first)

    def _sell(self, market: sales.Market, orders: int, *, block: int, first: int) -> None:
        headers = sales.headers(market, block=block, first=first, count=min(_BLOCK, orders - first), orders=orders)
        lines = sales.lines(market, headers.placed, block=block)
        total = sales.totals(lines, len(headers.placed))
        if block == 0:
            lines = self.spoiler.drop_lines(lines, len(headers.placed))
        progress = sales.progress(market, headers.placed, headers.online, block=block)
        paid = sales.payments(market, headers.placed, progress, total, block=block)
        stamps = Draw(market.seed, "stamps", block)
        header_rows = rows.orders(stamps, headers, progress, total, market.clock, first=first)
        line_rows = rows.order_items(stamps, lines, headers.placed, first=self.done.get("order_items", 0), first_order=first)
        payment_rows = rows.payments(stamps, paid, market.clock, first=self.done.get("payments", 0), first_order=first)
        self._write("orders", header_rows, block=block, total=orders)
        self._write("order_items", line_rows, block=block)
        self._write("payments", payment_rows, block=block)

    def _write(self, table: str, columns: Columns, *, block: int = 0, total: int | None = None) -> None:
        self.spoiler.spoil(table, columns, block=block)
        self.insert.insert(table, columns)
        self.done[table] = self.done.get(table, 0) + len(columns["updated_at"])
        self.progress.count(table, self.done[table], total or self.done[table])
