import json
import logging
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from techmarket.backfill.ledger import begin_window, open_backfill, window_states
from techmarket.backfill.replay import DirectWindowSteps, extract_window, is_outdated, run_window, window_turn
from techmarket.backfill.report import BackfillReport
from techmarket.backfill.run import backfill
from techmarket.backfill.windows import BackfillRange, Window
from techmarket.cli.commands import app
from techmarket.cli.exit_codes import EXIT_CODES
from techmarket.db.engines import Databases
from techmarket.errors import ConcurrentRunError, ConfigurationError, IncompleteError
from techmarket.ledger.batches import load_lock, open_batch
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from tests.support.command_line import PROGRAM, environment
from tests.support.progress import Counting
from tests.support.queries import rows, run
from tests.support.shop.small_shop import delete_orders, let_time_pass
from tests.support.waiting import wait_until
from tests.support.warehouse.followed_warehouse import FEW_RULES, FollowedWarehouse
from tests.support.warehouse.warehouse_comparison import assert_all_equal
from tests.support.warehouse.warehouse_reading import SALES, by_key

JANUARY = BackfillRange(date(2026, 1, 1), date(2026, 1, 31), "15 days")
FIRST, SECOND = JANUARY.windows()
"""Orders 1 and 2 are in the first window, order 3 in the second."""

DAMAGE = (
    "DELETE FROM dwh.fact_sales WHERE order_item_id = 11",
    "UPDATE dwh.fact_sales SET date_key = 20260120, quantity = 5 WHERE order_item_id = 12",
    "UPDATE dwh.fact_sales SET cost = cost + 1, margin = margin - 1 WHERE order_item_id = 21",
    "UPDATE dwh.fact_sales SET order_item_id = 99, order_id = 77 WHERE order_item_id = 22",
    "UPDATE dwh.fact_payments SET amount = 1, method = 'cash' WHERE payment_id = 2",
    "UPDATE dwh.fact_payments SET payment_id = 98, order_id = 78 WHERE payment_id = 3",
    "UPDATE dwh.dim_customer SET full_name = '?' WHERE customer_id = 1",
)
ROWS = (
    "SELECT 's' || order_item_id, xmin::text FROM dwh.fact_sales"
    " UNION SELECT 'p' || payment_id, xmin::text FROM dwh.fact_payments ORDER BY 1"
)
WATERMARKS = "SELECT *, xmin::text FROM dwh.load_watermarks ORDER BY table_name"


@pytest.fixture
def january(followed: FollowedWarehouse) -> FollowedWarehouse:
    run(
        followed.shop,
        "UPDATE orders SET order_date = '2026-01-20 10:00:00' WHERE order_id = 3",
        "UPDATE payments SET paid_at = '2026-01-20 10:05:00' WHERE order_id = 3",
    )
    followed.load()
    return followed


def replayed(followed: FollowedWarehouse, wanted: BackfillRange = JANUARY, **options: Any) -> BackfillReport:
    return backfill(Databases(followed.source, followed.warehouse), _project(followed), wanted, **options)


def replay_one(followed: FollowedWarehouse, backfill_id: int, window: Window, **options: Any) -> None:
    request = LoadRequest(Mode.BACKFILL)
    project = Project(CATALOG, FEW_RULES, options.pop("settings", followed.settings))
    steps = DirectWindowSteps(followed.warehouse, project, request, source=followed.source, backfill_id=backfill_id, **options)
    run_window(window, steps)


def _project(followed: FollowedWarehouse) -> Project:
    return Project(CATALOG, FEW_RULES, followed.settings)


def opened(followed: FollowedWarehouse, wanted: BackfillRange = JANUARY) -> int:
    return open_backfill(followed.warehouse, wanted, requested_by="test").backfill_id


def test_the_replay_of_a_closed_period_changes_no_row_and_proves_it(january: FollowedWarehouse) -> None:
    before = rows(january.warehouse, ROWS), rows(january.warehouse, WATERMARKS)
    report = replayed(january)
    assert (rows(january.warehouse, ROWS), rows(january.warehouse, WATERMARKS)) == before
    assert report.before == report.after
    assert report.after is not None
    assert (report.after.sales, report.after.payments) == (6, 3)
    assert report.proof()[-1] == "The hash is the same: the replay changed nothing."
    assert [(row["orders read"], row["lines written"], row["facts"]) for row in report.rows()] == [(2, 0, "the same"), (1, 0, "the same")]
    assert [path for path in january.settings.extract_dir.iterdir() if "awaits" in path.name] == []


def test_a_damaged_period_is_whole_again_to_the_last_cent(january: FollowedWarehouse) -> None:
    sound = replayed(january).after
    run(january.warehouse, *DAMAGE)
    report = replayed(january)
    assert report.before != sound
    assert report.after == sound
    assert {row["facts"] for row in report.rows()} == {"changed"}
    assert_all_equal(january.warehouse, january.model)


def test_orders_deleted_at_the_source_or_moved_between_windows_unseen_are_found(january: FollowedWarehouse) -> None:
    run(
        january.shop,
        "UPDATE orders SET order_date = '2026-01-21 10:00:00' WHERE order_id = 1",
        "UPDATE orders SET order_date = '2025-12-31 10:00:00' WHERE order_id = 3",
    )
    delete_orders(january.shop, 2)
    let_time_pass(january.shop)
    before = rows(january.warehouse, WATERMARKS)
    report = replayed(january, allow_mass_delete=True)
    report.require_complete()
    assert {line: sale["sale_date"] for line, sale in by_key(january.warehouse, SALES).items()} == {
        11: date(2026, 1, 21), 12: date(2026, 1, 21), 31: date(2025, 12, 31), 32: date(2025, 12, 31),
    }  # fmt: skip
    assert rows(january.warehouse, WATERMARKS) == before
    january.model.observe(january.shop, january.warehouse, full=True)
    assert_all_equal(january.warehouse, january.model)


def test_a_window_that_a_load_overtook_is_read_again(january: FollowedWarehouse, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="techmarket")
    backfill_id = opened(january)
    overtaken: list[str] = []

    def overtake(table: str, _rows: int, _of: int) -> None:
        if not overtaken:
            overtaken.append(table)
            run(january.shop, "UPDATE orders SET status = 'delivered' WHERE order_id = 1")
            january.load()

    replay_one(january, backfill_id, FIRST, progress=Counting(overtake))
    assert "was read before the newest release, reading it again" in caplog.text
    assert by_key(january.warehouse, SALES)[11]["order_status"] == "delivered"
    assert_all_equal(january.warehouse, january.model)


def test_an_overlapping_window_of_another_backfill_outdates_an_extract_and_one_of_other_days_does_not(january: FollowedWarehouse) -> None:
    older = [extract_window(Databases(january.source, january.warehouse), _project(january), window) for window in (FIRST, SECOND)]
    replay_one(
        january, opened(january, BackfillRange(date(2026, 1, 5), date(2026, 1, 6), "day")), Window(date(2026, 1, 5), date(2026, 1, 6))
    )
    outdated = [is_outdated(january.warehouse, sealed.manifest, window) for sealed, window in zip(older, (FIRST, SECOND), strict=True)]
    assert outdated == [True, False]


def test_windows_at_once_are_read_together_and_loaded_one_after_the_other(
    january: FollowedWarehouse, caplog: pytest.LogCaptureFixture
) -> None:
    run(january.warehouse, *DAMAGE)
    backfill_id = opened(january)
    with ThreadPoolExecutor(2) as pool, load_lock(january.warehouse, holder="a load"):
        running = [pool.submit(replay_one, january, backfill_id, window) for window in (FIRST, SECOND)]
        wait_until(lambda: rows(january.warehouse, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == [(2,)])
    for one in running:
        one.result()
    assert [state.status for state in window_states(january.warehouse, backfill_id)] == ["released", "released"]
    assert "reading it again" not in caplog.text
    assert_all_equal(january.warehouse, january.model)


def test_a_window_does_not_wait_without_end_and_says_for_whom(january: FollowedWarehouse) -> None:
    hasty = january.settings.model_copy(update={"window_wait": timedelta(milliseconds=200)})
    with (
        load_lock(january.warehouse, holder="nightly.example pid 7"),
        pytest.raises(
            ConcurrentRunError, match=r"nightly\.example pid 7 .* It did not end within 0:00:00\.200000\. Nothing was done\. Next: "
        ),
    ):
        replay_one(january, opened(january), FIRST, settings=hasty)
    assert rows(january.warehouse, "SELECT count(*) FROM dwh.load_batches WHERE mode = 'backfill'") == [(0,)]


def test_a_failed_window_leaves_the_others_and_the_next_run_goes_on_with_it(january: FollowedWarehouse) -> None:
    delete_orders(january.shop, 1, 2)
    report = replayed(january)
    assert [(state.status, state.after is None) for state in report.windows] == [("failed", True), ("released", False)]
    with pytest.raises(
        IncompleteError, match=r"1 of 2 windows .* 2026-01-01 to 2026-01-16: .*mass deletion allowed.* run the same backfill"
    ):
        report.require_complete()
    assert "**2026-01-01 to 2026-01-16** failed: fact_sales: the source has lost or replaced 4 of 6 rows" in report.markdown()
    resumed = replayed(january, allow_mass_delete=True)
    resumed.require_complete()
    assert resumed.backfill.is_resumed
    assert resumed.windows[1].batch_id == report.windows[1].batch_id
    assert by_key(january.warehouse, SALES).keys() == {31, 32}


def test_a_backfill_whose_process_died_is_resumed(january: FollowedWarehouse) -> None:
    backfill_id = opened(january)
    replay_one(january, backfill_id, FIRST)
    dead = open_batch(january.warehouse, Mode.BACKFILL, requested_by="a process that dies")
    begin_window(january.warehouse, backfill_id, SECOND, dead.batch_id)
    report = replayed(january)
    assert (report.backfill.backfill_id, report.released) == (backfill_id, 2)
    assert rows(january.warehouse, "SELECT status FROM dwh.load_batches WHERE mode = 'backfill' ORDER BY batch_id") == [
        ("released",), ("abandoned",), ("released",),
    ]  # fmt: skip


def test_a_backfill_that_was_killed_goes_on_where_it_stopped(january: FollowedWarehouse, given: dict[str, object], tmp_path: Path) -> None:
    run(january.warehouse, *DAMAGE)
    released = "SELECT min(batch_id) FROM dwh.load_batches WHERE mode = 'backfill' AND status = 'released'"
    command = ("backfill", "--start", "2026-01-01", "--end", "2026-01-31", "--window", "5 days")
    with subprocess.Popen([*PROGRAM, *command], cwd=tmp_path, env=environment(**given), stdout=subprocess.DEVNULL) as doomed:
        wait_until(lambda: rows(january.warehouse, released) != [(None,)])
        doomed.kill()
    report = replayed(january, BackfillRange(date(2026, 1, 1), date(2026, 1, 31), "5 days"))
    report.require_complete()
    assert report.backfill.is_resumed
    assert rows(january.warehouse, released) == [(report.windows[0].batch_id,)]
    assert_all_equal(january.warehouse, january.model)


def test_a_finished_backfill_and_one_that_is_to_start_afresh_are_new_ones(january: FollowedWarehouse) -> None:
    first = opened(january)
    assert opened(january) == first
    restarted = open_backfill(january.warehouse, JANUARY, requested_by="test", restart=True)
    assert (restarted.backfill_id, restarted.is_resumed) == (first + 1, False)
    assert replayed(january).backfill.backfill_id == first + 1
    assert replayed(january).backfill.backfill_id == first + 2


def test_a_window_that_another_run_released_meanwhile_is_not_loaded_again(january: FollowedWarehouse) -> None:
    backfill_id = opened(january)
    replay_one(january, backfill_id, FIRST)
    replay_one(january, backfill_id, FIRST)
    assert rows(january.warehouse, "SELECT count(*) FROM dwh.load_batches WHERE mode = 'backfill'") == [(1,)]


def test_a_window_that_the_backfill_does_not_have_is_refused(january: FollowedWarehouse) -> None:
    stranger = Window(date(2026, 1, 1), date(2026, 1, 2))
    with (
        pytest.raises(ConfigurationError, match=r"has no window 2026-01-01 to 2026-01-02\. Next: "),
        window_turn(january.warehouse, opened(january), stranger, requested_by="test", longest_wait=january.settings.window_wait),
    ):
        pass


def test_rejected_rows_of_a_replayed_window_wait_in_quarantine_and_the_warehouse_keeps_its_good_version(january: FollowedWarehouse) -> None:
    run(january.shop, "UPDATE order_items SET quantity = -1 WHERE order_item_id = 11")
    replayed(january).require_complete()
    assert rows(january.warehouse, "SELECT DISTINCT order_id FROM stg.rejected_rows WHERE resolved_at IS NULL") == [(1,)]
    assert by_key(january.warehouse, SALES)[11]["quantity"] == 1


@pytest.fixture
def given(january: FollowedWarehouse) -> dict[str, object]:
    return {
        "OLTP_URL": january.source.url,
        "DWH_URL": january.warehouse.url,
        "EXTRACT_DIR": january.settings.extract_dir,
        "DATA_DOCS_DIR": january.settings.data_docs_dir,
    }


@pytest.fixture
def techmarket(given: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """``techmarket backfill`` in this process, whose log level it keeps."""
    for name, value in environment(**given).items():
        monkeypatch.setenv(name, value)
    log = logging.getLogger("techmarket")
    level = log.level
    yield lambda *arguments: CliRunner().invoke(app, ["backfill", *arguments])
    log.setLevel(level)


def test_the_command_line_prints_windows_and_hash_and_fails_when_a_window_did(
    january: FollowedWarehouse, techmarket: Callable[..., Any]
) -> None:
    january_in_halves = ("--start", "2026-01-01", "--end", "2026-01-31", "--window", "15 days")
    done = techmarket(*january_in_halves)
    assert done.exit_code == 0, done.output
    assert "2 of 2 windows are released." in done.output
    assert "6 sales, 3 payments, hash " in done.output
    assert "The hash is the same: the replay changed nothing." in done.output
    delete_orders(january.shop, 1, 2)
    failed = techmarket(*january_in_halves, "--json")
    assert failed.exit_code == EXIT_CODES[IncompleteError]
    assert [window["status"] for window in json.loads(failed.stdout)["windows"]] == ["failed", "released"]
    refused = techmarket("--start", "2026-02-01", "--end", "2026-01-01")
    assert refused.exit_code == EXIT_CODES[ConfigurationError]
