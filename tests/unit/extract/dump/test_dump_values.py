import re
from itertools import product

import pytest

from techmarket.extract.dump.values import checked, plain_pattern
from techmarket.model import column_types as types
from techmarket.model.catalog import Column

DAYS = [
    f"{year}-{month:02}-{day:02}" for year, month, day in product(("0000", "1900", "2000", "2023", "2024", "9999"), range(14), range(33))
]


@pytest.mark.parametrize(
    ("kind", "rest"), [(types.Date(), ""), (types.LocalDatetime(), " 23:59:59"), (types.Timestamp(), " 00:00:00.000001")]
)
def test_a_day_is_plain_only_if_the_calendar_has_it_and_null_if_not(kind: types.ColumnType, rest: str) -> None:
    column = Column("c", kind, "Column")
    plain, check = re.compile(plain_pattern(column)), checked(column, to_utc=None)
    kept = [day for day in DAYS if check(f"{day}{rest}".encode()) is not None]
    assert len(kept) == 365 * 3 + 366 * 2  # 1900, 2023 and 9999; 2000 and 2024; there is no year 0
    plain_days = [day for day in DAYS if plain.fullmatch(f"{day}{rest}".encode())]
    assert set(kept) - set(plain_days) == {"2000-02-29", "2024-02-29"}
    assert set(plain_days) <= set(kept)


@pytest.mark.parametrize(
    "kind", [types.Integer(8), types.Integer(16), types.Integer(32), types.Integer(64), types.Integer(64, unsigned=True)]
)
def test_a_whole_number_is_plain_only_if_its_type_holds_it(kind: types.Integer) -> None:
    low, high = (0, 2**kind.bits - 1) if kind.unsigned else (-(2 ** (kind.bits - 1)), 2 ** (kind.bits - 1) - 1)
    column = Column("c", kind, "Column")
    plain, check = re.compile(plain_pattern(column)), checked(column, to_utc=None)
    for number in (low, low + 1, 0, 7, high - 1, high):
        assert check(str(number).encode()) == str(number).encode()
    for number in (low - 1, high + 1, 10 * high):
        assert not plain.fullmatch(str(number).encode())
        with pytest.raises(ValueError, match=f"is no whole number from {low} to {high}"):
            check(str(number).encode())


@pytest.mark.parametrize("text", ["", "1", "1.", ".50", "1.5", "1.505", "1,50", "1e2", "+1.50", "12345.50", "--1.50", "1.50 ", "１.50"])
def test_a_price_has_all_its_decimals_and_nothing_else(text: str) -> None:
    check = checked(Column("c", types.Decimal(6, 2), "Column"), to_utc=None)
    assert check(b"-1234.50") == b"-1234.50"
    with pytest.raises(ValueError, match="is no number of 6 digits with 2 decimals"):
        check(text.encode())
