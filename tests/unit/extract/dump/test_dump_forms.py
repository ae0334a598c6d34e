import io
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techmarket.extract.dump.blocks import blocks
from techmarket.extract.dump.forms import DIALECTS, form_of
from techmarket.extract.dump.layout import Layout, catalog_layout
from techmarket.extract.dump.lines import CopyText
from techmarket.extract.dump.request import Form
from techmarket.extract.dump.time_zones import to_utc_from, zone_named
from techmarket.model import column_types as types
from techmarket.model.catalog import Column, Reading, Table

ODDITIES = Table(
    name="oddities",
    meaning="Values that are hard to carry",
    key="oddity_id",
    reading=Reading.BY_CURSOR,
    columns=(
        Column("oddity_id", types.Integer(64), "Key"),
        Column("words", types.Text(4000), "Text", nullable=True),
        Column("more_words", types.Text(4000), "Text"),
        Column("unsigned_number", types.Integer(64, unsigned=True), "Number", nullable=True),
        Column("small_number", types.Integer(8), "Number"),
        Column("amount", types.Decimal(12, 2), "Amount", nullable=True),
        Column("fraction", types.Decimal(5, 4), "Amount"),
        Column("local_time", types.LocalDatetime(), "Time", nullable=True),
        Column("day", types.Date(), "Day"),
        Column("updated_at", types.Timestamp(), "Instant", nullable=True),
    ),
)
LAYOUT = catalog_layout(ODDITIES, is_told=True, file="oddities.txt")
NO_DAYS = ["0000-00-00", "2026-02-30", "2026-02-29", "2026-04-31", "2026-00-10", "2026-12-00", "0000-01-01"]
"""Impossible dates that some sql_modes allow."""
Row = tuple[Any, ...]

texts = st.text(st.characters(codec="utf-8"), max_size=20) | st.text("\\\t\n\r\0N0,\"'я ", max_size=12)
days = st.dates(date(1, 1, 1)).map(date.isoformat) | st.sampled_from(NO_DAYS)
times = st.times().map(lambda time: f"{time:%H:%M:%S}")
wild_rows = st.tuples(
    st.integers(-(2**63), 2**63 - 1),
    st.none() | texts,
    texts,
    st.none() | st.integers(0, 2**64 - 1),
    st.integers(-128, 127),
    st.none() | st.decimals(Decimal("-9999999999.99"), Decimal("9999999999.99"), places=2),
    st.decimals(Decimal("-9.9999"), Decimal("9.9999"), places=4),
    st.none() | st.builds("{} {}".format, days, times),
    days,
    st.none() | st.datetimes(datetime(1971, 1, 1), datetime(2038, 1, 1)).map(lambda at: f"{at:%Y-%m-%d %H:%M:%S.%f}"),  # noqa: DTZ001 - UTC
)

# A line is plain only if each of its values is: these leave that to the text.
tame = [5, 1, Decimal("9.99"), Decimal("0.0500"), "2026-01-31 23:59:59", "2026-02-28", "2026-12-30 00:00:00.000001"]
tame_rows = st.tuples(st.integers(1, 999), st.none() | texts, texts, *map(st.just, tame))
rows = wild_rows | tame_rows


def tab_line(row: Row) -> bytes:
    r"""As ``SELECT … INTO OUTFILE`` writes it: backslash, separators, and NUL as ``\0`` are escaped."""
    return b"\t".join(rb"\N" if value is None else escaped(str(value), "\\\t\n") for value in row) + b"\n"


def csv_line(row: Row) -> bytes:
    """``FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"'``: dates and text in quotes, numbers not."""

    def field(value: object) -> bytes:
        if value is None:
            return rb"\N"
        return b'"' + escaped(value, '\\"\n') + b'"' if isinstance(value, str) else str(value).encode()

    return b",".join(map(field, row)) + b"\n"


def escaped(text: str, special: str) -> bytes:
    return re.sub(f"[{re.escape(special)}]", lambda found: "\\" + found[0], text).replace("\0", "\\0").encode()


def copy_line(row: Row) -> bytes:
    """As a live extract has it, with NUL bytes."""

    def field(value: object, column: Column) -> str:
        if value is None or (isinstance(column.type, types.Date | types.LocalDatetime) and not is_day(str(value)[:10])):
            return "\\N"
        text = str(value)
        for raw, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
            text = text.replace(raw, written)
        return text

    return "\t".join(map(field, row, ODDITIES.columns)).encode() + b"\n"


def is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


WRITERS: dict[Form, Callable[[Row], bytes]] = {Form.TAB: tab_line, Form.CSV: csv_line}


@pytest.mark.parametrize("form", Form)
@given(written=st.lists(rows, max_size=10), size=st.integers(1, 200))
def test_what_mysql_writes_of_any_row_is_read_as_a_live_extract_has_it(form: Form, written: list[Row], size: int) -> None:
    file = io.BytesIO(b"".join(map(WRITERS[form], written)))
    text = CopyText(LAYOUT, DIALECTS[form], to_utc=None)
    assert b"".join(map(text.render, blocks(file, size))) == b"".join(map(copy_line, written))


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("zone", ["UTC", "+05:30"])
@given(written=st.lists(rows, max_size=10))
def test_a_plain_line_is_read_in_a_run_as_it_is_by_itself(form: Form, zone: str, written: list[Row]) -> None:
    in_runs, one_by_one = (CopyText(LAYOUT, DIALECTS[form], to_utc_from(zone_named(zone))) for _ in range(2))
    one_by_one._plain_lines = re.compile(b"(?!)")
    file = b"".join(map(WRITERS[form], written))
    assert in_runs.render(file) == one_by_one.render(file)


@pytest.mark.parametrize("form", Form)
@given(written=st.lists(rows, min_size=1, max_size=5), order=st.permutations(range(len(ODDITIES.columns))))
def test_columns_in_another_order_come_to_their_places(form: Form, written: list[Row], order: list[int]) -> None:
    layout = Layout(ODDITIES, (None, *(ODDITIES.columns[n] for n in order)))
    file = b"".join(WRITERS[form](("new, \\", *(row[n] for n in order))) for row in written)
    assert CopyText(layout, DIALECTS[form], to_utc=None).render(file) == b"".join(map(copy_line, written))


@pytest.mark.parametrize("form", Form)
@given(row=rows)
def test_the_form_shows_in_the_first_line(form: Form, row: Row) -> None:
    assert form_of(WRITERS[form](row)) is form


@pytest.mark.parametrize("form", Form)
def test_an_ordinary_line_is_plain(form: Form) -> None:
    """Otherwise reading would be slow."""
    line = WRITERS[form]((1, None, "Київ, їжак" if form is Form.TAB else "Київ", *tame))
    plain = CopyText(LAYOUT, DIALECTS[form], to_utc=None)._plain_lines.match(line)
    assert plain
    assert plain.end() == len(line)
