"""Values pass through MySQL's rendering, the sealed files and COPY."""
# ruff: noqa: DTZ001 - DATETIME columns hold wall-clock time, without a zone

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from techmarket.extract.live import ExtractRequest, extract
from techmarket.extract.sealed import Manifest, new_extract_id
from techmarket.ledger.batches import open_batch
from techmarket.model import column_types as types
from techmarket.model.catalog import CATALOG, Catalog, Column, Reading, Table
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.seed import History, generate
from techmarket.settings import Settings
from techmarket.staging import tables
from techmarket.staging.stage import stage
from tests.support.shop.awkward_texts import AWKWARD

ODDITIES = Table(
    name="oddities",
    meaning="Values that are hard to carry",
    key="oddity_id",
    reading=Reading.BY_CURSOR,
    columns=(
        Column("oddity_id", types.Integer(64), "Key"),
        Column("words", types.Text(4000), "Text", nullable=True),
        Column("unsigned_number", types.Integer(64, unsigned=True), "Number", nullable=True),
        Column("small_number", types.Integer(8), "Number", nullable=True),
        Column("amount", types.Decimal(30, 10), "Amount", nullable=True),
        Column("local_time", types.LocalDatetime(), "Time", nullable=True),
        Column("day", types.Date(), "Day", nullable=True),
        Column("updated_at", types.Timestamp(), "Instant", nullable=True),
    ),
)
WITH_ODDITIES = Catalog(*CATALOG.values(), ODDITIES)
Row = tuple[Any, ...]
Carry = Callable[[Sequence[Row]], list[Row]]


@pytest.fixture
def carry(source_admin: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings) -> Carry:
    """Insert rows into a made-up table, extract and stage them; returns staging's rows and the last manifest."""
    columns = ", ".join(f"{column.name} {column.type.mysql} {'NULL' if column.nullable else 'NOT NULL'}" for column in ODDITIES.columns)
    with source_admin.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE oddities ({columns}, PRIMARY KEY (oddity_id)) CHARSET utf8mb4")
    with warehouse.begin() as connection:
        connection.exec_driver_sql(tables.staged_tables(WITH_ODDITIES))
    batch_id = open_batch(warehouse, Mode.FULL, requested_by="test").batch_id

    def carry(rows: Sequence[Row]) -> list[Row]:
        with source_admin.begin() as connection:
            connection.exec_driver_sql("SET time_zone = '+00:00', sql_mode = 'ALLOW_INVALID_DATES'")
            connection.exec_driver_sql("DELETE FROM oddities")
            marks = ", ".join(["%s"] * len(ODDITIES.columns))
            connection.exec_driver_sql(f"INSERT INTO oddities VALUES ({marks})", list(rows))
        carry.manifest = carried(source, warehouse, WITH_ODDITIES, batch_id, settings)  # type: ignore[attr-defined]
        with warehouse.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM stg.oddities ORDER BY oddity_id")]

    return carry


def carried(source: sa.Engine, warehouse: sa.Engine, catalog: Catalog, batch_id: int, settings: Settings) -> Manifest:
    sealed = extract(source, ExtractRequest(Mode.FULL, {}, {}), extract_id=new_extract_id(), project=Project(catalog, (), settings))
    stage(warehouse, sealed, batch_id=batch_id, catalog=catalog)
    return sealed.manifest


def oddity(key: int, **values: Any) -> Row:
    return (key, *(values.get(name) for name in ODDITIES.column_names[1:]))


def test_awkward_text_arrives_as_it_is(carry: Carry) -> None:
    awkward = [None, *AWKWARD, "x" * 4000]
    assert [row[1] for row in carry([oddity(key, words=words) for key, words in enumerate(awkward)])] == awkward


def test_nul_bytes_are_removed_and_counted(carry: Carry) -> None:
    assert [row[1] for row in carry([oddity(1, words="a\0b\0"), oddity(2, words="\0")])] == ["ab", ""]
    assert carry.manifest.nul_bytes == {"oddities": 3}  # type: ignore[attr-defined]


def test_extreme_numbers_arrive_to_the_last_digit(carry: Carry) -> None:
    large, low = Decimal("99999999999999999999.9999999999"), Decimal("-99999999999999999999.9999999999")
    rows = [
        oddity(-(2**63) + 1, unsigned_number=2**64 - 1, small_number=-128, amount=large),
        oddity(0, unsigned_number=0, small_number=127, amount=low),
        oddity(2**63 - 1, amount=Decimal("0.0000000001")),
    ]
    assert carry(rows) == rows


def test_the_lowest_key_of_all_is_read(carry: Carry) -> None:
    assert [row[0] for row in carry([oddity(-(2**63)), oddity(5)])] == [-(2**63), 5]


def test_times_arrive_as_they_are_and_impossible_ones_as_null(carry: Carry) -> None:
    written = [
        oddity(1, local_time="2026-03-29 03:30:00", day="2024-02-29", updated_at="2026-10-25 00:30:00.123456"),
        oddity(2, local_time="1000-01-01 00:00:00", day="9999-12-31", updated_at="1970-01-01 00:00:01"),
        oddity(3, local_time="0000-00-00 00:00:00", day="0000-00-00", updated_at="0000-00-00 00:00:00"),
        oddity(4, local_time="2026-02-31 12:00:00", day="2026-00-10", updated_at=None),
        oddity(5, local_time="2026-04-00 00:00:00", day="0000-01-01", updated_at="2038-01-19 03:14:07.999999"),
    ]
    nothing = (None, None, None)
    assert [row[-3:] for row in carry(written)] == [
        (datetime(2026, 3, 29, 3, 30), date(2024, 2, 29), datetime(2026, 10, 25, 0, 30, 0, 123456, UTC)),
        (datetime(1000, 1, 1), date(9999, 12, 31), datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
        nothing,
        nothing,
        (None, None, datetime(2038, 1, 19, 3, 14, 7, 999999, UTC)),
    ]


texts = st.text(st.characters(codec="utf-8"), max_size=40) | st.text("\\\t\n\rN.0 'я", max_size=12)
rows_of_oddities = st.tuples(
    st.none() | texts,
    st.none() | st.integers(0, 2**64 - 1),
    st.none() | st.integers(-128, 127),
    st.none() | st.decimals(-(10**19), 10**19, places=10),
    st.none() | st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)).map(lambda at: at.replace(microsecond=0)),
    st.none() | st.dates(date(1000, 1, 1)),
    st.none() | st.datetimes(datetime(1971, 1, 1), datetime(2038, 1, 1)),
)


@given(rows=st.lists(rows_of_oddities, min_size=1, max_size=40))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_row_arrives_as_it_is_but_for_nul(carry: Carry, rows: list[Row]) -> None:
    written = [(key, *row) for key, row in enumerate(rows)]
    expected = [(*row[:1], row[1] and row[1].replace("\0", ""), *row[2:-1], row[-1] and row[-1].replace(tzinfo=UTC)) for row in written]
    assert carry(written) == expected


def test_every_value_of_a_seeded_order_system_equals_a_plain_select(
    source_admin: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings
) -> None:
    generate(source_admin, History(orders=400, seed=11, dirty=0.05))
    batch_id = open_batch(warehouse, Mode.FULL, requested_by="test").batch_id
    carried(source, warehouse, CATALOG, batch_id, settings)
    for table in CATALOG.values():
        assert staged_rows(warehouse, table) == source_rows(source, table), table.name


def staged_rows(warehouse: sa.Engine, table: Table) -> list[Row]:
    with warehouse.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM stg."{table.name}" ORDER BY 1')]


def source_rows(source: sa.Engine, table: Table) -> list[Row]:
    """As PyMySQL reads them: impossible dates as text, which staging holds as NULL, and instants without zone."""
    with source.connect() as connection:
        connection.exec_driver_sql("SET time_zone = '+00:00'")
        rows = connection.exec_driver_sql(f"SELECT {', '.join(table.column_names)} FROM {table.name} ORDER BY 1").all()
    return [tuple(_expected(value, column) for value, column in zip(row, table.columns, strict=True)) for row in rows]


def _expected(value: Any, column: Column) -> Any:
    if isinstance(column.type, types.Text):
        return value and value.replace("\0", "")
    if isinstance(value, str):
        return None
    return value.replace(tzinfo=UTC) if isinstance(column.type, types.Timestamp) and value else value
