import json
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from expectations import RULES
from techmarket.cli.exit_codes import EXIT_CODES
from techmarket.errors import ConfigurationError, DataQualityError, ExportError
from techmarket.extract.dump.request import ExportRequest
from techmarket.load.load import LoadResult, import_export
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.quality.rules.row_rules import Rule
from techmarket.settings import Settings
from tests.support.command_line import techmarket
from tests.support.queries import run, value
from tests.support.shop.exporter import CSV, Exporter, checksummed
from tests.support.warehouse.followed_warehouse import FEW_RULES, FollowedWarehouse, open_shop_of_two
from tests.support.warehouse.warehouse_comparison import assert_all_equal

Import = Callable[..., LoadResult]


@pytest.fixture
def exporter(source_admin: sa.Engine, tmp_path: Path) -> Exporter:
    """Of the shop with two of everything."""
    open_shop_of_two(source_admin)
    return Exporter(source_admin, tmp_path / "exports")


@pytest.fixture
def followed(exporter: Exporter, source: sa.Engine, warehouse: sa.Engine, settings: Settings) -> FollowedWarehouse:
    """Never loaded."""
    return FollowedWarehouse(exporter.admin, source, warehouse, settings)


@pytest.fixture
def imported(followed: FollowedWarehouse) -> Import:
    """As by the command line; the model observes it."""

    def imported(directory: Path, *, rules: Sequence[Rule] = FEW_RULES, **said: Any) -> LoadResult:
        request = ExportRequest(directory, **{"taken_at": datetime.now(UTC), "catalog_order": True} | said)
        result = import_export(
            request,
            followed.warehouse,
            project=Project(CATALOG, rules, followed.settings),
        )
        followed.model.observe(followed.shop, followed.warehouse, full=True)
        return result

    return imported


def test_an_imported_warehouse_equals_the_source_and_a_live_load_finds_nothing_to_write(
    exporter: Exporter, followed: FollowedWarehouse, imported: Import
) -> None:
    result = imported(exporter.outfile(CSV, suffix=".csv"))
    assert result.manifest.tables == {
        "regions": 2, "customers": 2, "employees": 2, "categories": 2, "products": 2, "orders": 3, "order_items": 6, "payments": 3,
    }  # fmt: skip
    assert_all_equal(followed.warehouse, followed.model)
    live = followed.load(Mode.FULL)
    assert {count.table: (count.merged, count.removed) for count in live.certificate.tables} == dict.fromkeys(CATALOG, (0, 0))


def test_what_changed_after_the_export_comes_with_the_next_live_load(
    exporter: Exporter, followed: FollowedWarehouse, imported: Import
) -> None:
    directory = exporter.outfile()
    taken_at = datetime.now(UTC)
    run(exporter.admin, "UPDATE order_items SET quantity = 7 WHERE order_item_id = 21")
    imported(directory, taken_at=taken_at)
    followed.load()
    assert value(followed.warehouse, "SELECT quantity FROM dwh.fact_sales WHERE order_item_id = 21") == 7
    assert_all_equal(followed.warehouse, followed.model)


def test_the_watermark_stays_behind_the_export_because_it_does_not_show_who_was_writing(
    exporter: Exporter, followed: FollowedWarehouse, imported: Import
) -> None:
    taken_at = datetime.now(UTC)
    manifest = imported(exporter.outfile(), taken_at=taken_at).manifest
    watermark = taken_at - followed.settings.watermark_overlap_without_process
    assert (manifest.snapshot_at, manifest.horizon) == (taken_at, watermark)
    assert value(followed.warehouse, "SELECT min(watermark) FROM dwh.load_watermarks") == watermark


def test_an_export_removes_what_the_source_no_longer_had(exporter: Exporter, followed: FollowedWarehouse, imported: Import) -> None:
    followed.load(Mode.FULL)
    run(exporter.admin, "DELETE FROM payments WHERE payment_id = 3", "DELETE FROM order_items WHERE order_item_id = 32")
    imported(exporter.outfile())
    assert value(followed.warehouse, "SELECT count(*) FROM dwh.fact_payments") == 2
    assert_all_equal(followed.warehouse, followed.model)


def test_an_export_from_before_the_newest_release_is_refused_before_anything_is_read(
    followed: FollowedWarehouse, imported: Import, tmp_path: Path
) -> None:
    newest = followed.load(Mode.FULL).manifest.snapshot_at
    with pytest.raises(ConfigurationError, match=r"before the newest release, .* would turn the warehouse back\. Nothing was read"):
        imported(tmp_path / "nowhere", taken_at=newest - timedelta(microseconds=1))


def test_an_export_from_the_future_is_refused_because_it_would_keep_later_loads_out(
    followed: FollowedWarehouse, imported: Import, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match="which is still to come"):
        imported(tmp_path / "nowhere", taken_at=value(followed.warehouse, "SELECT now()") + timedelta(minutes=1))


def test_a_refused_file_leaves_nothing_behind_and_the_ledger_says_why(
    exporter: Exporter, followed: FollowedWarehouse, imported: Import
) -> None:
    directory = exporter.outfile()
    lines = (directory / "payments.txt").read_bytes().splitlines()
    (directory / "payments.txt").write_bytes(b"\n".join([*lines[:2], lines[2].replace(b"19499.98", b"Olena")]) + b"\n")
    with pytest.raises(
        ExportError, match=r"payments.txt, line 3: column amount is no number of 12 digits with 2 decimals\. Nothing was"
    ) as refused:
        imported(checksummed(directory))
    assert list(followed.settings.extract_dir.iterdir()) == []
    assert value(followed.warehouse, "SELECT count(*) FROM dwh.dim_region WHERE region_key > 0") == 0
    assert value(followed.warehouse, "SELECT error FROM dwh.load_batches WHERE status = 'failed'") == str(refused.value)
    assert "Olena" not in str(refused.value)


def test_the_gate_finds_keys_that_stand_twice_in_a_file_out_of_order(
    exporter: Exporter, followed: FollowedWarehouse, imported: Import
) -> None:
    directory = exporter.outfile()
    with (directory / "orders.txt").open("ab") as file:
        file.write((directory / "orders.txt").read_bytes())
    with pytest.raises(DataQualityError, match="order_id_unique is broken by 6 rows"):
        imported(checksummed(directory), rules=RULES)
    assert value(followed.warehouse, "SELECT count(*) FROM dwh.dim_region WHERE region_key > 0") == 0


def test_the_command_imports_an_export_and_ends_with_9_where_a_file_is_refused(
    exporter: Exporter, followed: FollowedWarehouse, tmp_path: Path
) -> None:
    directory = exporter.outfile()
    settings = {"DWH_URL": followed.warehouse.url, "EXTRACT_DIR": tmp_path / "extracts", "DATA_DOCS_DIR": tmp_path / "docs"}

    def command(*options: str) -> subprocess.CompletedProcess[str]:
        return techmarket("import-export", str(directory), *options, cwd=tmp_path, **settings)

    severity = ("--severity", "orders.status_known=warning")
    ended = command("--taken-at", datetime.now(UTC).isoformat(), "--catalog-order", "--json", *severity)
    assert (ended.returncode, json.loads(ended.stdout)["mode"]) == (0, "full"), ended.stderr
    assert value(followed.warehouse, "SELECT severity_overrides FROM dwh.load_batches") == {"orders.status_known": "warning"}
    assert value(followed.warehouse, "SELECT count(*) FROM dwh.fact_sales") == 6
    (directory / "orders.txt").unlink()
    ended = command("--taken-at", datetime.now(UTC).isoformat(), "--catalog-order")
    assert ended.returncode == EXIT_CODES[ExportError]
    assert "no file such as orders.txt" in " ".join(ended.stderr.split())
