from collections.abc import Callable

import pytest

from techmarket.extract.dump.request import Form
from tests.support.documents.offered import offered
from tests.support.shop.exporter import ALL_QUOTED_CSV, CSV, Exporter, Rows, packed


@pytest.mark.parametrize(
    ("fields", "suffix"), [("", ".txt"), (CSV, ".csv"), (ALL_QUOTED_CSV, ".txt")], ids=["tab", "csv", "csv with every value in quotes"]
)
def test_what_the_server_exports_in_each_form_equals_a_live_read(
    exporter: Exporter, read_live: Callable[[], Rows], read_export: Callable[..., Rows], fields: str, suffix: str
) -> None:
    assert read_export(exporter.outfile(fields, suffix=suffix), catalog_order=True) == read_live()


def test_a_packed_export_equals_a_live_read(exporter: Exporter, read_live: Callable[[], Rows], read_export: Callable[..., Rows]) -> None:
    assert read_export(packed(exporter.outfile()), catalog_order=True, form=Form.TAB) == read_live()


def test_instants_written_in_another_zone_come_back_to_utc(
    exporter: Exporter, read_live: Callable[[], Rows], read_export: Callable[..., Rows]
) -> None:
    directory = exporter.outfile(time_zone="+05:30")
    assert read_export(directory, catalog_order=True, time_zone="+05:30") == read_live()
    assert read_export(directory, catalog_order=True) != read_live()


def test_the_statements_of_the_runbook_write_what_an_import_reads(exporter: Exporter) -> None:
    (written,) = exporter.as_told(offered("runbook.md"), place="/var/lib/mysql-files/export").iterdir()
    expected = exporter.outfile(CSV, suffix=".csv") / "regions.csv"
    assert (written.name, written.read_bytes()) == (expected.name, expected.read_bytes())
