"""MariaDB's clock runs in Kyiv."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from techmarket.errors import ConfigurationError, ExportError, SchemaDriftError
from tests.support.queries import run
from tests.support.shop.exporter import CSV, Exporter, Rows, checksummed, packed

IN_CSV = ("--fields-terminated-by=,", '--fields-optionally-enclosed-by="', "--fields-escaped-by=\\")


@pytest.fixture(scope="module")
def oltp_server(mariadb_server: URL) -> URL:
    """Debian's tool lacks MySQL 9's authentication."""
    return mariadb_server


@pytest.mark.parametrize("options", [(), IN_CSV], ids=["tab", "csv"])
def test_a_dump_equals_a_live_read(
    exporter: Exporter, read_live: Callable[[], Rows], read_export: Callable[..., Rows], options: tuple[str, ...]
) -> None:
    assert read_export(packed(exporter.dump(*options))) == read_live()


def test_columns_are_found_by_their_declared_names_and_new_ones_are_not_read(
    exporter: Exporter, shop: sa.Engine, read_live: Callable[[], Rows], read_export: Callable[..., Rows], caplog: pytest.LogCaptureFixture
) -> None:
    run(
        shop,
        "ALTER TABLE orders MODIFY employee_id INT NULL FIRST, MODIFY updated_at TIMESTAMP(6) NOT NULL AFTER order_id",
        "ALTER TABLE customers ADD notes TEXT NULL COMMENT 'NOT NULL, `of` course' AFTER customer_id",
        "UPDATE customers SET notes = 'a\tb\\\\N' WHERE customer_id = 1",
        "ALTER TABLE payments ADD doubled DECIMAL(14,2) AS (amount * 2) STORED FIRST",
    )
    assert read_export(exporter.dump()) == read_live()
    assert "export: customers.notes (text) is new and not read; add it to techmarket/model/catalog.py or to left_out" in caplog.messages


def test_a_declaration_that_breaks_the_contract_is_refused_like_drift(
    exporter: Exporter, shop: sa.Engine, read_export: Callable[..., Rows]
) -> None:
    run(shop, "ALTER TABLE orders RENAME COLUMN status TO state, MODIFY total_amount DECIMAL(14,3) NULL")
    with pytest.raises(SchemaDriftError) as refused:
        read_export(exporter.dump())
    assert str(refused.value).startswith("The export's schema does not keep the contract of techmarket/model/catalog.py:\n")
    assert "orders.total_amount is decimal(14,3), expected decimal(12,2)" in str(refused.value)
    assert "orders.status is missing (expected varchar(16)); dropped or renamed" in str(refused.value)


def test_a_dump_in_the_servers_own_zone_needs_its_name_and_then_equals_a_live_read(
    exporter: Exporter, shop: sa.Engine, read_live: Callable[[], Rows], read_export: Callable[..., Rows]
) -> None:
    # The server knows Kyiv's present rules alone, and in 1970 there were others.
    run(shop, "SET time_zone = '+00:00'", "UPDATE orders SET updated_at = '2026-07-01 23:30:00.5' WHERE order_id = 2")
    directory = exporter.dump("--skip-tz-utc")
    with pytest.raises(ConfigurationError, match=r"regions.sql does not set UTC.*Next: name that zone with --time-zone"):
        read_export(directory)
    assert read_export(directory, time_zone="Europe/Kyiv") == read_live()


def test_a_zone_that_contradicts_the_declarations_is_refused(exporter: Exporter, read_export: Callable[..., Rows]) -> None:
    with pytest.raises(
        ConfigurationError, match=r"regions.sql says that the data beside it is in UTC, --time-zone that it is in Europe/Kyiv"
    ):
        read_export(exporter.dump(), time_zone="Europe/Kyiv")


def test_an_instant_in_the_hour_that_runs_twice_is_refused_with_its_line(
    exporter: Exporter, shop: sa.Engine, read_export: Callable[..., Rows]
) -> None:
    run(shop, "SET time_zone = '+00:00'", "UPDATE orders SET updated_at = '2025-10-26 01:30:00' WHERE order_id = 2")
    with pytest.raises(
        ExportError, match=r"orders.txt, line 2: column updated_at falls into the hour .* twice; export again with SET time_zone"
    ):
        read_export(exporter.dump("--skip-tz-utc"), time_zone="Europe/Kyiv")


def test_declarations_that_changed_places_are_refused(exporter: Exporter, read_export: Callable[..., Rows]) -> None:
    directory = exporter.dump()
    (directory / "orders.sql").rename(directory / "payments.sql")
    with pytest.raises(ExportError, match=r"payments.sql declares the table orders, expected payments"):
        read_export(checksummed(directory))


def test_data_of_another_table_is_refused_with_file_and_line(exporter: Exporter, read_export: Callable[..., Rows]) -> None:
    directory = exporter.dump()
    (directory / "orders.txt").replace(directory / "payments.txt")
    (directory / "orders.txt").touch()
    with pytest.raises(ExportError, match=r"payments.txt, line 1: has 8 columns, read as tab, expected 6"):
        read_export(checksummed(directory))


def test_a_header_names_the_columns_of_a_file_without_declaration(
    exporter: Exporter, read_live: Callable[[], Rows], read_export: Callable[..., Rows]
) -> None:
    directory = exporter.outfile(CSV, suffix=".csv")
    for file in directory.glob("*.csv"):
        table = file.stem
        names = exporter.column_names(table)
        file.write_bytes(",".join(f'"{name}"' for name in names).encode() + b"\n" + file.read_bytes())
    assert read_export(checksummed(directory)) == read_live()
