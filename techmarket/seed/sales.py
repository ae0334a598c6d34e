"""Orders, lines and payments as arrays by block. Money in kopiykas, instants in seconds UTC."""

from dataclasses import dataclass

import numpy as np

from techmarket.seed.assortment import Assortment
from techmarket.seed.demand import DAY, HOUR, Clock, Demand
from techmarket.seed.draw import Booleans, Draw, Integers
from techmarket.seed.roster import REGION_WEIGHTS, Roster

STATUSES = ("new", "paid", "shipped", "delivered", "returned", "cancelled")
_NEW, _PAID, _DELIVERED, _CANCELLED = 0, 1, 3, 5
METHODS = ("card", "cash", "bank_transfer", "gift_card", "instalments")
_METHOD_WEIGHTS = (62, 22, 13, 3)
_INSTALMENTS = 4

_LINES_WEIGHTS = (22, 24, 20, 14, 10, 5, 3, 2)
_QUANTITY_WEIGHTS = (84, 11, 3, 1, 1)
_ONE_PIECE_FROM = 5_000_00
"""Price, in kopiykas."""
_DISCOUNTS = (0, 300, 500, 725, 1000, 1500)
_DISCOUNT_WEIGHTS = (66, 6, 12, 4, 8, 4)
_CAMPAIGN_DISCOUNTS = (500, 1000, 1500, 2000, 2500, 3333)
_CAMPAIGN_WEIGHTS = (20, 30, 20, 15, 10, 5)
WHOLE = 10_000
"""In ten-thousandths."""


@dataclass(frozen=True, slots=True)
class Market:
    """What a sale refers to."""

    seed: int
    clock: Clock
    demand: Demand
    customers: Roster
    employees: Roster
    assortment: Assortment


@dataclass(frozen=True, slots=True)
class Headers:
    """Without totals; references are positions."""

    placed: Integers
    region: Integers
    customer: Integers
    employee: Integers
    online: Booleans


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines by header; ``order`` is the header's position in the block."""

    order: Integers
    product: Integers
    quantity: Integers
    unit_price: Integers
    discount: Integers


@dataclass(frozen=True, slots=True)
class Progress:
    """Orders at the history's end."""

    status: Integers
    """Position in STATUSES."""
    changed: Integers
    paid: Integers
    """In full."""
    is_paid: Booleans


@dataclass(frozen=True, slots=True)
class Payments:
    """Payments by header."""

    order: Integers
    method: Integers
    """Position in METHODS."""
    paid: Integers
    amount: Integers


def headers(market: Market, *, block: int, first: int, count: int, orders: int) -> Headers:
    """Orders ``first`` to ``first + count`` of ``orders``, in order of placement."""
    draw = Draw(market.seed, "orders", block)
    placed = market.demand.instants((first + np.arange(count) + draw.fractions(count)) / orders)
    region = draw.weighted(REGION_WEIGHTS, count)
    home = np.where(draw.chance(0.94, count), region, draw.weighted(REGION_WEIGHTS, count))
    return Headers(
        placed=placed,
        region=region,
        customer=market.customers.pick(home, placed, draw.fractions(count) ** 2),
        employee=market.employees.pick(region, placed, draw.fractions(count)),
        online=draw.chance(0.15, count),
    )


def lines(market: Market, placed: Integers, *, block: int) -> Lines:
    """About three an order."""
    draw = Draw(market.seed, "order_items", block)
    order = np.repeat(np.arange(len(placed)), 1 + draw.weighted(_LINES_WEIGHTS, len(placed)))
    count, instant = len(order), placed[order]
    product = market.assortment.pick(instant, draw.fractions(count))
    unit_price = market.assortment.price(product, instant)
    several = 1 + draw.weighted(_QUANTITY_WEIGHTS, count)
    ordinary = np.array(_DISCOUNTS)[draw.weighted(_DISCOUNT_WEIGHTS, count)]
    campaign = np.array(_CAMPAIGN_DISCOUNTS)[draw.weighted(_CAMPAIGN_WEIGHTS, count)]
    return Lines(
        order=order,
        product=product,
        quantity=np.where(unit_price < _ONE_PIECE_FROM, several, 1),
        unit_price=unit_price,
        discount=np.where(market.demand.in_campaign(instant), campaign, ordinary),
    )


def totals(lines_: Lines, orders: int) -> Integers:
    """Each order's sum of lines, each rounded half up to kopiykas."""
    amount = (lines_.quantity * lines_.unit_price * (WHOLE - lines_.discount) + WHOLE // 2) // WHOLE
    sums: Integers = np.zeros(orders, dtype=np.int64)
    np.add.at(sums, lines_.order, amount)
    return sums


def progress(market: Market, placed: Integers, online: Booleans, *, block: int) -> Progress:
    """Orders are paid, shipped and delivered over time; a few are cancelled or returned."""
    draw = Draw(market.seed, "statuses", block)
    count, until = len(placed), market.clock.until
    paid = placed + np.where(online, draw.integers(300, 2 * DAY, count), draw.integers(60, 1200, count))
    shipped = paid + draw.integers(2 * HOUR, 3 * DAY, count)
    delivered = shipped + draw.integers(6 * HOUR, 5 * DAY, count)
    returned = delivered + draw.integers(DAY, 14 * DAY, count)
    cancelled = placed + draw.integers(HOUR, 3 * DAY, count)
    fate = draw.fractions(count)
    is_cancelled, is_returned = fate < 0.05, fate > 0.97
    reached = np.stack([placed, paid, shipped, delivered, np.where(is_returned, returned, until)])
    status = (reached < until).sum(axis=0) - 1
    status = np.where(is_cancelled, np.where(cancelled < until, _CANCELLED, _NEW), status)
    reached_or_cancelled = np.vstack([reached, cancelled])
    changed = reached_or_cancelled[status, np.arange(count)]
    return Progress(status=status, changed=changed, paid=paid, is_paid=(status != _NEW) & (status != _CANCELLED))


def payments(market: Market, placed: Integers, progress_: Progress, total: Integers, *, block: int) -> Payments:
    """Paid in full: most at once, some with four tenths in advance."""
    draw = Draw(market.seed, "payments", block)
    in_two = draw.chance(0.1, len(placed)) & progress_.is_paid
    order = np.repeat(np.arange(len(placed)), progress_.is_paid.astype(np.int64) + in_two)
    is_first_of_two = in_two[order] & np.append(order[1:] == order[:-1], [False])
    down = total * 4 // 10
    rest = total - np.where(in_two, down, 0)
    method = draw.weighted(_METHOD_WEIGHTS, len(order))
    return Payments(
        order=order,
        method=np.where(in_two[order], _INSTALMENTS, method),
        paid=np.where(is_first_of_two, (placed + progress_.paid)[order] // 2, progress_.paid[order]),
        amount=np.where(is_first_of_two, down[order], rest[order]),
    )
