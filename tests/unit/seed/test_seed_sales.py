from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from techmarket.seed.assortment import Assortment
from techmarket.seed.demand import DAY, HOUR, Clock, Demand
from techmarket.seed.draw import Draw, Integers
from techmarket.seed.geography import DEMAND_BY_REGION
from techmarket.seed.roster import Roster
from techmarket.seed.sales import METHODS, STATUSES, Headers, Lines, Market, Payments, Progress, headers, lines, payments, progress, totals

KYIV = ZoneInfo("Europe/Kyiv")
ORDERS = 20_000
FIRST_DRAWS = [684, 486, 974, 296, 392]


@pytest.fixture(scope="module")
def market() -> Market:
    clock = Clock.ending(date(2026, 11, 1), KYIV)
    return Market(
        seed=5,
        clock=clock,
        demand=Demand(clock),
        customers=Roster(Draw(5, "accounts"), size=4_000, opened=clock.opened, until=clock.until),
        employees=Roster(Draw(5, "hirings"), size=120, opened=clock.opened, until=clock.until),
        assortment=Assortment(Draw(5, "assortment"), clock),
    )


@pytest.fixture(scope="module")
def sold(market: Market) -> Headers:
    return headers(market, block=0, first=0, count=ORDERS, orders=ORDERS)


@pytest.fixture(scope="module")
def lines_sold(market: Market, sold: Headers) -> Lines:
    return lines(market, sold.placed, block=0)


@pytest.fixture(scope="module")
def come(market: Market, sold: Headers) -> Progress:
    return progress(market, sold.placed, sold.online, block=0)


@pytest.fixture(scope="module")
def received(market: Market, sold: Headers, lines_sold: Lines, come: Progress) -> Payments:
    return payments(market, sold.placed, come, totals(lines_sold, ORDERS), block=0)


def days(market: Market, sold: Headers) -> list[date]:
    return [datetime.fromtimestamp(second, UTC).date() for second in market.clock.local(sold.placed).tolist()]


def status(name: str) -> int:
    return STATUSES.index(name)


def test_a_draw_does_not_depend_on_what_was_drawn_elsewhere() -> None:
    alone = Draw(1, "orders", 3).integers(0, 1000, 5).tolist()
    Draw(1, "customers", 3).fractions(100)
    assert Draw(1, "orders", 3).integers(0, 1000, 5).tolist() == alone
    assert Draw(1, "orders", 4).integers(0, 1000, 5).tolist() != alone
    assert Draw(2, "orders", 3).integers(0, 1000, 5).tolist() != alone


def test_the_first_draws_of_a_seed_are_those_of_every_release() -> None:
    assert Draw(7, "orders").integers(0, 1000, 5).tolist() == FIRST_DRAWS


def test_orders_follow_one_another_within_the_history(market: Market, sold: Headers) -> None:
    assert (np.diff(sold.placed) >= 0).all()
    assert market.clock.first_sale <= sold.placed[0]
    assert sold.placed[-1] < market.clock.until


def test_no_order_has_a_wall_clock_time_that_the_change_to_summer_time_skips(market: Market, sold: Headers) -> None:
    local = market.clock.local(sold.placed).tolist()
    expected = [datetime.fromtimestamp(second, KYIV).replace(tzinfo=UTC).timestamp() for second in sold.placed.tolist()]
    assert local == expected


def test_demand_peaks_around_black_friday_and_before_the_new_year(market: Market, sold: Headers) -> None:
    all_days = days(market, sold)
    by_month = {month: sum(day.year == 2025 and day.month == month for day in all_days) for month in range(1, 13)}
    assert min(by_month[11], by_month[12]) > 1.4 * max(by_month[month] for month in range(1, 11))
    black_friday = sum(day == date(2025, 11, 28) for day in all_days)
    assert black_friday > 3 * sum(day == date(2025, 11, 14) for day in all_days)


def test_shops_sell_by_day_and_most_on_saturdays(market: Market, sold: Headers) -> None:
    local = market.clock.local(sold.placed)
    by_hour = np.bincount(local // HOUR % 24, minlength=24)
    by_weekday = np.bincount((local // DAY + 3) % 7, minlength=7)
    assert by_hour[1:6].sum() < by_hour[18] / 4
    assert by_weekday.argmax() == 5


def test_every_region_sells_as_much_as_its_demand_says(sold: Headers) -> None:
    demand = np.array(list(DEMAND_BY_REGION.values()))
    expected = demand / demand.sum() * ORDERS
    found = np.bincount(sold.region, minlength=len(demand))
    assert (np.abs(found - expected) <= 5 * np.sqrt(expected)).all()


def test_nobody_buys_or_sells_before_joining(market: Market, sold: Headers) -> None:
    assert (market.customers.joined[sold.customer] <= sold.placed).all()
    assert (market.employees.joined[sold.employee] <= sold.placed).all()


def test_sellers_work_in_the_region_of_the_sale(market: Market, sold: Headers) -> None:
    assert (market.employees.region[sold.employee] == sold.region).all()


def test_about_three_lines_make_an_order_and_none_has_none(lines_sold: Lines) -> None:
    per_order = np.bincount(lines_sold.order, minlength=ORDERS)
    assert per_order.min() == 1
    assert 2.9 < per_order.mean() < 3.2


def test_retired_products_are_no_longer_sold(market: Market, sold: Headers, lines_sold: Lines) -> None:
    retired = market.assortment.is_active[lines_sold.product] == 0
    assert retired.any()
    assert sold.placed[lines_sold.order][retired].max() < market.clock.until - 179 * DAY


def test_totals_are_the_lines_each_rounded_half_up(lines_sold: Lines) -> None:
    expected = [Decimal(0)] * ORDERS
    columns = (lines_sold.order, lines_sold.quantity, lines_sold.unit_price, lines_sold.discount)
    for order, quantity, price, discount in zip(*(column.tolist() for column in columns), strict=True):
        amount = quantity * Decimal(price) / 100 * (1 - Decimal(discount) / 10_000)
        expected[order] += amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert totals(lines_sold, ORDERS).tolist() == [int(total * 100) for total in expected]


def test_a_half_kopiyka_is_rounded_up() -> None:
    one = np.array([1])
    line = Lines(order=np.array([0]), product=one, quantity=one, unit_price=np.array([1001]), discount=np.array([5000]))
    assert totals(line, 1).tolist() == [501]


def test_statuses_follow_time(market: Market, sold: Headers, come: Progress) -> None:
    age = market.clock.until - sold.placed
    assert set(come.status.tolist()) == set(range(len(STATUSES)))
    assert set(come.status[age > 30 * DAY].tolist()) == {status("delivered"), status("returned"), status("cancelled")}
    assert status("delivered") not in come.status[age < 6 * HOUR]
    assert (come.changed >= sold.placed).all()
    assert (come.changed < market.clock.until).all()


def test_payments_of_paid_orders_equal_their_totals_and_others_have_none(lines_sold: Lines, come: Progress, received: Payments) -> None:
    paid = np.zeros(ORDERS, dtype=np.int64)
    np.add.at(paid, received.order, received.amount)
    is_paid = ~np.isin(come.status, [status("new"), status("cancelled")])
    assert (paid == np.where(is_paid, totals(lines_sold, ORDERS), 0)).all()
    assert (received.amount > 0).all()


def test_instalments_come_one_after_another(received: Payments) -> None:
    first = _first_of_two(received.order)
    assert 0.05 < first.sum() / len(set(received.order.tolist())) < 0.15
    second = np.roll(first, 1)
    assert (received.paid[first] <= received.paid[second]).all()
    assert set(received.method[first | second].tolist()) == {METHODS.index("instalments")}


def _first_of_two(order: Integers) -> np.ndarray:
    return np.append(order[1:] == order[:-1], [False])
