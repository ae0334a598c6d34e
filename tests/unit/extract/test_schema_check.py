import pytest

from techmarket.extract.schema_check import holds
from techmarket.model.catalog import Column
from techmarket.model.column_types import ColumnType, Date, Decimal, Integer, LocalDatetime, Text, Timestamp

KEPT = [
    (Integer(32), "int"),
    (Integer(8), "smallint"),  # staged as smallint, which holds both
    (Integer(64, unsigned=True), "bigint unsigned"),
    (Text(100), "varchar(100)"),
    (Text(100), "varchar(400)"),
    (Decimal(12, 2), "decimal(12,2)"),
    (Timestamp(), "timestamp(6)"),
    (LocalDatetime(), "datetime"),
    (Date(), "date"),
]
BROKEN = [
    (Integer(32), "bigint"),
    (Integer(32), "smallint"),
    (Integer(32), "int unsigned"),
    (Integer(64), "varchar(20)"),
    (Text(100), "varchar(99)"),
    (Text(100), "text"),
    (Decimal(12, 2), "decimal(10,2)"),
    (Decimal(12, 2), "decimal(12,4)"),
    (Decimal(12, 2), "double"),
    (Timestamp(), "timestamp"),
    (Timestamp(), "datetime(6)"),
    (LocalDatetime(), "datetime(3)"),
    (Date(), "datetime"),
]


@pytest.mark.parametrize(("expected", "found"), KEPT)
def test_the_same_type_and_one_that_staging_holds_keep_the_contract(expected: ColumnType, found: str) -> None:
    assert holds(Column("c", expected, "Column"), found)


@pytest.mark.parametrize(("expected", "found"), BROKEN)
def test_a_narrower_or_different_type_breaks_the_contract(expected: ColumnType, found: str) -> None:
    assert not holds(Column("c", expected, "Column"), found)
