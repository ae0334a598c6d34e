"""Rows of literals, in the catalogue's column order."""

import numpy as np

from techmarket.seed import literals
from techmarket.seed.assortment import CATEGORIES, PARENTS, Assortment
from techmarket.seed.demand import Clock
from techmarket.seed.draw import Draw, Integers
from techmarket.seed.geography import COUNTRY, DEMAND_BY_REGION
from techmarket.seed.literals import Columns
from techmarket.seed.names import company, email, latin, person, phone
from techmarket.seed.roster import Roster
from techmarket.seed.sales import METHODS, STATUSES, Headers, Lines, Payments, Progress

_MICROSECONDS = 1_000_000
_POSITIONS = ("продавець-консультант", "старший продавець", "менеджер з продажу", "керівник магазину")
_POSITION_WEIGHTS = (60, 22, 12, 6)
_ANY_PERSON = 1 << 30


def regions(clock: Clock) -> Columns:
    """All regions, numbered as listed."""
    count = len(DEMAND_BY_REGION)
    return {
        "region_id": _keys(count),
        "name": literals.texts(DEMAND_BY_REGION),
        "country": literals.texts([COUNTRY] * count),
        "updated_at": _opening(clock, count),
    }


def categories(clock: Clock) -> Columns:
    """The top level, then the categories with products."""
    parents = ["NULL"] * len(PARENTS) + [str(PARENTS.index(category.parent) + 1) for category in CATEGORIES]
    return {
        "category_id": _keys(len(parents)),
        "name": literals.texts([*PARENTS, *(category.name for category in CATEGORIES)]),
        "parent_category_id": parents,
        "updated_at": _opening(clock, len(parents)),
    }


def products(assortment: Assortment, clock: Clock) -> Columns:
    """All products."""
    count = len(assortment.names)
    return {
        "product_id": _keys(count),
        "sku": literals.texts(assortment.skus()),
        "name": literals.texts(assortment.names),
        "category_id": literals.integers(assortment.category + len(PARENTS) + 1),
        "unit_cost": literals.money(assortment.unit_cost),
        "list_price": literals.money(assortment.list_price),
        "is_active": literals.integers(assortment.is_active),
        "updated_at": _opening(clock, count),
    }


def employees(seed: int, roster: Roster, clock: Clock) -> Columns:
    """All employees."""
    count = len(roster.joined)
    draw = Draw(seed, "staff")
    people = [person(number) for number in draw.integers(0, _ANY_PERSON, count).tolist()]
    positions = literals.texts(_POSITIONS)
    return {
        "employee_id": _keys(count),
        "full_name": literals.texts(each.full_name for each in people),
        "email": literals.texts(f"{latin(each.surname)}.{number}@techmarket.example" for number, each in enumerate(people, start=1)),
        "position": literals.repeated(positions, draw.weighted(_POSITION_WEIGHTS, count)),
        "region_id": literals.integers(roster.region + 1),
        "hired_at": literals.dates(clock.local(roster.joined)),
        "updated_at": _stamped(draw, roster.joined),
    }


def customers(seed: int, roster: Roster, clock: Clock, *, block: int, first: int, count: int) -> Columns:
    """Customers ``first`` to ``first + count``; one in twenty is a company."""
    draw = Draw(seed, "customers", block)
    chosen = slice(first, first + count)
    keys = range(first + 1, first + count + 1)
    numbers = draw.integers(0, _ANY_PERSON, count).tolist()
    people = [person(number) for number in numbers]
    is_company = draw.chance(0.05, count).tolist()
    names = [company(n) if firm else each.full_name for n, firm, each in zip(numbers, is_company, people, strict=True)]
    has_email, has_phone = draw.chance(0.95, count).tolist(), draw.chance(0.97, count).tolist()
    edited = np.where(draw.chance(0.2, count), draw.fractions(count), 0)
    joined = roster.joined[chosen]
    return {
        "customer_id": list(map(str, keys)),
        "full_name": literals.texts(names),
        "email": literals.texts(email(who, key) if has else None for who, key, has in zip(people, keys, has_email, strict=True)),
        "phone": literals.texts(phone(n) if has else None for n, has in zip(numbers, has_phone, strict=True)),
        "region_id": literals.integers(roster.region[chosen] + 1),
        "created_at": literals.datetimes(clock.local(joined)),
        "updated_at": _stamped(draw, joined + ((clock.until - 1 - joined) * edited).astype(np.int64)),
    }


def orders(draw: Draw, headers: Headers, progress: Progress, total: Integers, clock: Clock, *, first: int) -> Columns:
    """Headers; keys start at ``first + 1``."""
    count = len(total)
    employees = literals.integers(headers.employee + 1)
    return {
        "order_id": _keys(count, first),
        "customer_id": literals.integers(headers.customer + 1),
        "employee_id": ["NULL" if online else employee for online, employee in zip(headers.online.tolist(), employees, strict=True)],
        "order_date": literals.datetimes(clock.local(headers.placed)),
        "region_id": literals.integers(headers.region + 1),
        "total_amount": literals.money(total),
        "status": literals.repeated(literals.texts(STATUSES), progress.status),
        "updated_at": _stamped(draw, progress.changed),
    }


def order_items(draw: Draw, lines: Lines, placed: Integers, *, first: int, first_order: int) -> Columns:
    """Lines, last changed with their order's placement; keys start at ``first + 1``."""
    return {
        "order_item_id": _keys(len(lines.order), first),
        "order_id": literals.repeated(_keys(len(placed), first_order), lines.order),
        "product_id": literals.integers(lines.product + 1),
        "quantity": literals.integers(lines.quantity),
        "unit_price": literals.money(lines.unit_price),
        "discount": literals.discounts(lines.discount),
        "updated_at": literals.repeated(_stamped(draw, placed), lines.order),
    }


def payments(draw: Draw, paid: Payments, clock: Clock, *, first: int, first_order: int) -> Columns:
    """Payments; keys start at ``first + 1``."""
    return {
        "payment_id": _keys(len(paid.order), first),
        "order_id": literals.integers(paid.order + first_order + 1),
        "method": literals.repeated(literals.texts(METHODS), paid.method),
        "paid_at": literals.datetimes(clock.local(paid.paid)),
        "amount": literals.money(paid.amount),
        "updated_at": _stamped(draw, paid.paid),
    }


def _keys(count: int, first: int = 0) -> list[str]:
    return list(map(str, range(first + 1, first + count + 1)))


def _opening(clock: Clock, count: int) -> list[str]:
    """One second a row from the retailer's opening."""
    return literals.timestamps((clock.opened + np.arange(count)) * _MICROSECONDS)


def _stamped(draw: Draw, instants: Integers) -> list[str]:
    """With microseconds, like a server's stamps."""
    return literals.timestamps(instants * _MICROSECONDS + draw.integers(0, _MICROSECONDS, len(instants)))
