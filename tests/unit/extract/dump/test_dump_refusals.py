"""Refusals name file and line, never values, and leave no files."""

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from techmarket.errors import ConfigurationError, ExportError, SchemaDriftError, TechMarketError
from techmarket.extract.dump import blocks
from techmarket.extract.dump.importing import extract_export
from techmarket.extract.dump.request import ExportRequest
from techmarket.extract.sealed import SealedExtract, new_extract_id
from techmarket.model.catalog import CATALOG
from techmarket.project import Project
from techmarket.settings import Settings
from tests.support.shop.small_export import AT, CSV_ORDERS, checksummed, write_export

Read = Callable[..., SealedExtract]
VALUE = "Соломія"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write_export(tmp_path / "export")


@pytest.fixture
def read(export: Path, tmp_path: Path) -> Read:
    settings = Settings(_env_file=None, extract_dir=tmp_path / "extracts")

    def read(**said: Any) -> SealedExtract:
        request = ExportRequest(**{"directory": export, "taken_at": datetime.now(UTC), "catalog_order": True} | said)
        return extract_export(request, extract_id=new_extract_id(), project=Project(CATALOG, (), settings))

    return read


def refused(read: Read, tmp_path: Path, kind: type[TechMarketError] = ExportError, **said: Any) -> str:
    with pytest.raises(kind) as error:
        read(**said)
    assert list((tmp_path / "extracts").glob("*")) == []
    assert VALUE not in str(error.value)
    assert "Next: " in str(error.value)
    return str(error.value)


def test_the_export_itself_is_read(read: Read) -> None:
    assert read().manifest.tables == {
        "regions": 1, "customers": 2, "employees": 1, "categories": 2, "products": 1, "orders": 2, "order_items": 2, "payments": 1,
    }  # fmt: skip


PLACED = "2026-01-05 14:00:00"
BAD_LINES = {
    "a column too few": (f"3\t1\t1\t{PLACED}\t1\t5.00\t{AT}", "has 7 columns, read as tab, expected 8"),
    "text for a number": (f"{VALUE}\t1\t1\t{PLACED}\t1\t5.00\tnew\t{AT}", "column order_id is no whole number"),
    "a number too large": (f"3\t1\t2147483648\t{PLACED}\t1\t5.00\tnew\t{AT}", "column employee_id is no whole number from -2147483648"),
    "a price of other decimals": (f"3\t1\t1\t{PLACED}\t1\t5.0000\tnew\t{AT}", "column total_amount is no number of 12 digits with 2"),
    "a price too large": (f"3\t1\t1\t{PLACED}\t1\t12345678901.00\tnew\t{AT}", "column total_amount is no number of 12 digits"),
    "a date without time": (f"3\t1\t1\t2026-01-05\t1\t5.00\tnew\t{AT}", "column order_date is no date and time"),
    "an hour that is none": (f"3\t1\t1\t2026-01-05 24:00:00\t1\t5.00\tnew\t{AT}", "column order_date is no date and time"),
    "an instant of whole seconds": (f"3\t1\t1\t{PLACED}\t1\t5.00\tnew\t2026-01-05 12:00:00", "column updated_at is no date and time"),
    "NULL for a key": (f"\\N\t1\t1\t{PLACED}\t1\t5.00\tnew\t{AT}", "column order_id is NULL, which the contract"),
    "NULL for a text": (f"3\t1\t1\t{PLACED}\t1\t5.00\t\\N\t{AT}", "column status is NULL, which the contract"),
    "a backslash left single": (f"3\t1\t1\t{PLACED}\t1\t5.00\tC:\\{VALUE}\t{AT}", "column status has a backslash where MySQL would"),
    "a blank line": ("", "has 1 columns, read as tab, expected 8"),
    "the key again": (f"2\t1\t1\t{PLACED}\t1\t5.00\tnew\t{AT}", "has the key of the line before"),
}


@pytest.mark.parametrize(("line", "what"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_line_that_is_not_what_it_should_be_is_named(export: Path, read: Read, tmp_path: Path, line: str, what: str) -> None:
    with (export / "orders.txt").open("a") as file:
        file.write(line + "\n")
    checksummed(export)
    assert refused(read, tmp_path).startswith(f"orders.txt, line 3: {what}")


BAD_CSV_LINES = {
    "a text without quotes": (f'3,1,1,"{PLACED}",1,5.00,{VALUE},"{AT}"', "column status is a text without quotes"),
    "the word NULL": (f'3,1,NULL,"{PLACED}",1,5.00,"new","{AT}"', "column employee_id is the word NULL"),
    "a quote inside a text": (f'3,1,1,"{PLACED}",1,5.00,"a"{VALUE}","{AT}"', "has a quote where MySQL would not write one"),
    "a doubled quote": (f'3,1,1,"{PLACED}",1,5.00,"a""b","{AT}"', "has a quote where MySQL would not write one"),
    "a quote that never closes": (f'3,1,1,"{PLACED}",1,5.00,"new,"{AT}"', "has a quote where MySQL would not write one"),
    "a comma too many": (f'3,1,1,"{PLACED}",1,5,00,"new","{AT}"', "has 9 columns, read as csv, expected 8"),
}


@pytest.mark.parametrize(("line", "what"), BAD_CSV_LINES.values(), ids=BAD_CSV_LINES)
def test_a_csv_line_that_mysql_would_not_write_is_named(export: Path, read: Read, tmp_path: Path, line: str, what: str) -> None:
    (export / "orders.txt").unlink()
    (export / "orders.csv").write_text(CSV_ORDERS + line + "\n")
    assert refused(read, tmp_path, without_checksums=True).startswith(f"orders.csv, line 3: {what}")


def test_a_csv_file_as_mysql_writes_it_is_read(export: Path, read: Read) -> None:
    (export / "orders.txt").unlink()
    (export / "orders.csv").write_text(CSV_ORDERS)
    assert read(without_checksums=True).manifest.rows("orders") == 2


def test_the_line_is_that_of_the_file_where_values_hold_newlines(export: Path, read: Read, tmp_path: Path) -> None:
    with (export / "customers.txt").open("a") as file:
        file.write(f"3\tA\\\nB\\\nC\t\\N\t\\N\t\\N\t2025-03-30 03:30:00\t{AT}\n4\t{VALUE}\n")
    checksummed(export)
    assert refused(read, tmp_path).startswith("customers.txt, line 7: has 2 columns")


def test_the_line_is_right_beyond_the_first_block(export: Path, read: Read, tmp_path: Path) -> None:
    lines = [f"{key}\t1\t1\t1\t9999.99\t0.0000\t{AT}\n" for key in range(1, 12_001)]
    (export / "order_items.txt").write_text("".join([*lines, f"{VALUE}\n", *lines]))
    checksummed(export)
    assert refused(read, tmp_path).startswith("order_items.txt, line 12001: has 1 columns")


def test_a_repeated_key_is_named_by_its_line_beyond_the_first_block_too(export: Path, read: Read, tmp_path: Path) -> None:
    keys = [*range(1, 12_001), 12_000, *range(12_001, 12_010)]
    (export / "order_items.txt").write_text("".join(f"{key}\t1\t1\t1\t9999.99\t0.0000\t{AT}\n" for key in keys))
    checksummed(export)
    assert refused(read, tmp_path).startswith("order_items.txt, line 12001: has the key of the line before")


def test_where_the_order_is_lost_keys_that_stand_twice_are_left_to_the_gate(export: Path, read: Read) -> None:
    keys = [2, 1, *range(3, 12_001), 12_000]
    (export / "order_items.txt").write_text("".join(f"{key}\t1\t1\t1\t9999.99\t0.0000\t{AT}\n" for key in keys))
    checksummed(export)
    assert read().manifest.tables["order_items"] == len(keys)


def test_a_record_without_end_is_not_gathered_in_memory(export: Path, read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_LONGEST_RECORD", 2**20)
    (export / "regions.txt").write_bytes(b"1\t" + bytes([ord("x")]) * 2**21)
    checksummed(export)
    assert "goes on for more than 1048576 bytes" in refused(read, tmp_path)


def test_bytes_that_are_not_utf8_are_refused_with_their_line(export: Path, read: Read, tmp_path: Path) -> None:
    with (export / "regions.txt").open("ab") as file:
        file.write(f"2\t{VALUE}\tУкраїна\t{AT}\n".encode("cp1251"))
    checksummed(export)
    assert refused(read, tmp_path).startswith("regions.txt, line 2: is not UTF-8; export with CHARACTER SET utf8mb4")


def test_lines_that_end_in_cr_lf_are_refused(export: Path, read: Read, tmp_path: Path) -> None:
    (export / "regions.txt").write_bytes((export / "regions.txt").read_bytes().replace(b"\n", b"\r\n"))
    checksummed(export)
    assert refused(read, tmp_path).startswith("regions.txt, line 1: ends in CR LF")


def test_a_last_line_without_its_end_is_refused(export: Path, read: Read, tmp_path: Path) -> None:
    path = export / "order_items.txt"
    path.write_bytes(path.read_bytes()[:-1])
    assert refused(read, tmp_path, without_checksums=True).startswith("order_items.txt, line 2: has no end: the file was cut")


def test_a_file_cut_between_two_lines_is_told_by_its_checksum_alone(
    export: Path, read: Read, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = export / "order_items.txt"
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    assert re.match(r"order_items.txt is not the file that SHA256SUMS lists: it was cut, edited or renamed", refused(read, tmp_path))
    assert read(without_checksums=True).manifest.rows("order_items") == 1
    assert "read without checksums" in caplog.text


def test_a_directory_without_checksums_is_refused(export: Path, read: Read, tmp_path: Path) -> None:
    (export / "SHA256SUMS").unlink()
    assert "has no SHA256SUMS" in refused(read, tmp_path)


def test_a_file_that_the_checksums_leave_out_is_refused(export: Path, read: Read, tmp_path: Path) -> None:
    (export / "orders.sql").write_text("whatever")
    assert refused(read, tmp_path).startswith("SHA256SUMS does not list orders.sql")


def test_a_list_of_checksums_that_is_none_is_refused(export: Path, read: Read, tmp_path: Path) -> None:
    (export / "SHA256SUMS").write_text("orders.txt: OK\n")
    assert refused(read, tmp_path).startswith("SHA256SUMS, line 1, is not as sha256sum writes it")


def test_names_as_sha256sum_may_write_them_are_understood(export: Path, read: Read) -> None:
    listed = (export / "SHA256SUMS").read_text()
    (export / "SHA256SUMS").write_text(listed.replace("  ", " *./"))
    assert read().manifest.rows("orders") == 2


def test_a_missing_table_is_refused(export: Path, read: Read, tmp_path: Path) -> None:
    (export / "payments.txt").unlink()
    assert "has no file such as payments.txt or payments.csv.gz for the table payments" in refused(read, tmp_path)


def test_two_files_of_one_table_are_refused(export: Path, read: Read, tmp_path: Path) -> None:
    (export / "orders.csv").write_text(CSV_ORDERS)
    assert "has orders.txt and orders.csv both for the table orders" in refused(read, tmp_path)


def test_a_directory_that_is_not_there_is_a_matter_of_configuration(read: Read, tmp_path: Path) -> None:
    assert "cannot be read: No such file or directory" in refused(read, tmp_path, ConfigurationError, directory=tmp_path / "nowhere")


@pytest.mark.parametrize("keep", [20, -1, None], ids=["cut early", "cut in its trailer", "not packed at all"])
def test_a_packed_file_that_is_damaged_is_refused(export: Path, read: Read, tmp_path: Path, keep: int | None) -> None:
    content = (export / "order_items.txt").read_bytes()
    (export / "order_items.txt").unlink()
    (export / "order_items.txt.gz").write_bytes(gzip.compress(content)[:keep] if keep else content)
    assert re.match(
        r"order_items.txt.gz, line \d: cannot be unpacked: the file was cut or damaged", refused(read, tmp_path, without_checksums=True)
    )


def test_a_packed_file_whose_content_was_changed_is_refused(export: Path, read: Read, tmp_path: Path) -> None:
    packed = bytearray(gzip.compress((export / "order_items.txt").read_bytes()))
    packed[-6] ^= 1  # its checksum
    (export / "order_items.txt").unlink()
    (export / "order_items.txt.gz").write_bytes(packed)
    assert "cannot be unpacked" in refused(read, tmp_path, without_checksums=True)


def test_columns_that_nobody_names_are_refused(read: Read, tmp_path: Path) -> None:
    message = refused(read, tmp_path, catalog_order=False)
    assert message.startswith("regions.txt names no columns: there is no regions.sql beside it, and no header in it.")
    assert "if they are region_id, name, country, updated_at, in this order, and so for every file, say --catalog-order." in message


def test_a_header_that_lacks_a_column_is_refused(export: Path, read: Read, tmp_path: Path) -> None:
    (export / "regions.txt").write_text(f"region_id\tname\tupdated_at\n1\tX\t{AT}\n")
    checksummed(export)
    assert refused(read, tmp_path, SchemaDriftError).startswith("The header of regions lacks country.")


def test_a_bad_line_below_a_header_is_named_by_its_line_in_the_file(export: Path, read: Read, tmp_path: Path) -> None:
    (export / "regions.txt").write_text(f"region_id\tname\tcountry\tupdated_at\n1\tX\tY\t{AT}\n2\t{VALUE}\n")
    checksummed(export)
    assert refused(read, tmp_path).startswith("regions.txt, line 3: has 2 columns, read as tab, expected 4")


def test_columns_are_found_by_the_header_and_new_ones_are_not_read(export: Path, read: Read, caplog: pytest.LogCaptureFixture) -> None:
    (export / "regions.txt").write_text(f"name\tupdated_at\textra\tregion_id\tcountry\nКиїв\t{AT}\t\\N\t1\tУкраїна\n", encoding="utf-8")
    checksummed(export)
    sealed = read()
    assert (sealed.directory / "regions.0001.copy").read_text(encoding="utf-8") == f"1\tКиїв\tУкраїна\t{AT}\n"
    assert "export: regions.extra is new and not read; add it to techmarket/model/catalog.py or to left_out" in caplog.messages


def test_a_declaration_without_a_table_is_refused(export: Path, read: Read, tmp_path: Path) -> None:
    (export / "orders.sql").write_text("-- nothing\n")
    checksummed(export)
    assert refused(read, tmp_path).startswith("orders.sql holds no CREATE TABLE, expected orders")


def test_a_moment_without_time_zone_is_refused(read: Read, tmp_path: Path) -> None:
    message = refused(read, tmp_path, ConfigurationError, taken_at=datetime(2026, 11, 25, 2))  # noqa: DTZ001 - that is the point
    assert message.startswith("The moment of the export, 2026-11-25 02:00:00, has no time zone.")


@pytest.mark.parametrize("zone", ["Kyiv", "+25:00", "../etc/passwd", ""])
def test_a_time_zone_that_is_none_is_refused_before_anything_is_read(export: Path, zone: str) -> None:
    with pytest.raises(ConfigurationError, match=r"is no time zone\. Next: write one such as Europe/Kyiv"):
        ExportRequest(export, datetime.now(UTC), time_zone=zone)
