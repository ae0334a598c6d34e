"""Every way of loading calls the same steps in the same order."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows import check_quality, import_export, load_warehouse, load_window, reconcile_warehouse
from flows import steps as task_steps
from techmarket.backfill import replay
from techmarket.backfill import run as backfill_run
from techmarket.backfill.windows import BackfillRange, Window
from techmarket.extract.dump.request import ExportRequest
from techmarket.ledger.batches import Batch
from techmarket.load import check, load, steps
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from techmarket.reconcile import repair
from techmarket.settings import load_settings

STEPS = [name for name, _ in inspect.getmembers(steps.Steps, inspect.isfunction) if not name.startswith("_")]
OF_A_WINDOW = ["read", "turn", "read_again_if_outdated", "discard"]
A_LOAD = ["extract", "stage", "check", "publish_verdict", "admit", "release", "publish_sales", "publish_rejects", "publish_outcome"]
A_WINDOW = ["read", "turn", "read_again_if_outdated", *A_LOAD[1:], "discard"]
A_CHECK = ["stage", "check", "close_check", "publish_verdict"]

BATCH = Batch(1, Mode.FULL, {}, None)
EXTRACT: Any = SimpleNamespace(manifest=SimpleNamespace(extract_id="x", mode=Mode.FULL), directory=Path("x"))
EXPORT = ExportRequest(directory=Path("/data"), taken_at=datetime(2026, 11, 25, tzinfo=UTC))
DATABASES: Any = SimpleNamespace(source=None, warehouse=None)
JANUARY = Window(date(2026, 1, 1), date(2026, 2, 1))


def project() -> Project:
    return Project(CATALOG, (), load_settings())


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The steps of a load, each replaced by its name."""
    names: list[str] = []

    def note(name: str, returned: object = EXTRACT) -> Callable[..., Any]:
        return lambda *_, **__: (names.append(name), returned)[1]

    @contextmanager
    def opened(*_: object, **__: object) -> Iterator[Batch]:
        yield BATCH

    @contextmanager
    def turn(*_: object) -> Iterator[Batch]:
        names.append("turn")
        yield BATCH

    for kind in (steps.DirectSteps, task_steps.TaskSteps):
        for name in STEPS:
            monkeypatch.setattr(kind, name, note(name, SimpleNamespace(verdict="PASS")))
    for of_window in (replay.DirectWindowSteps, task_steps.WindowTaskSteps):
        for name in OF_A_WINDOW:
            monkeypatch.setattr(of_window, name, turn if name == "turn" else note(name))
    for module in (load, load_warehouse, import_export, reconcile_warehouse):
        monkeypatch.setattr(module, "load_batch" if module is load else "opened_batch", opened)
    monkeypatch.setattr(check, "opened_check", opened)
    monkeypatch.setattr(check_quality, "opened_check", opened)
    monkeypatch.setattr(check_quality, "open_extract", lambda _: EXTRACT)
    for module, name in (
        (load, "extract_batch"), (load, "extract_dump"), (load_warehouse, "extract_live"), (reconcile_warehouse, "extract_live"),
        (import_export, "read_export"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, note("extract"))
    monkeypatch.setattr(import_export, "open_extract", lambda extract: extract)
    differing = SimpleNamespace(drift=(1,), requested_keys={"orders": [1]}, require_equal=lambda: None)
    monkeypatch.setattr(repair, "compare_warehouse", lambda *_, **__: differing)
    monkeypatch.setattr(reconcile_warehouse, "compare_with_source", lambda: differing)
    monkeypatch.setattr(reconcile_warehouse, "publish_comparison", lambda *_, **__: None)
    monkeypatch.setattr(backfill_run, "open_backfill", lambda *_, **__: SimpleNamespace(backfill_id=1))
    monkeypatch.setattr(backfill_run, "window_states", lambda *_: [SimpleNamespace(window=JANUARY, is_released=False)])
    return names


LOADS = {
    "techmarket load": lambda: load.load(DATABASES, project()),
    "techmarket load --full": lambda: load.load(DATABASES, project(), LoadRequest(Mode.FULL)),
    "techmarket import-export": lambda: load.import_export(EXPORT, DATABASES.warehouse, project()),
    "techmarket reconcile --repair": lambda: repair.reconcile(DATABASES, project(), repair=True),
    "flow load-warehouse": load_warehouse.load_warehouse.fn,
    "flow import-export": lambda: import_export.import_export.fn(EXPORT.directory, EXPORT.taken_at),
    "flow reconcile-warehouse": lambda: reconcile_warehouse.reconcile_warehouse.fn(reconcile_warehouse.ReconcileOptions(repair=True)),
}
WINDOWS = {
    "techmarket backfill": lambda: backfill_run.backfill(DATABASES, project(), BackfillRange(JANUARY.start, JANUARY.end, "month")),
    "flow load-window": lambda: load_window.load_window.fn(load_window.WindowOptions(backfill_id=1, start=JANUARY.start, end=JANUARY.end)),
}
CHECKS = {
    "techmarket check": lambda: check.check(DATABASES.warehouse, project(), EXTRACT),
    "flow check-quality": lambda: check_quality.check_quality.fn(check_quality.CheckOptions(extract_id="x")),
}


@pytest.mark.parametrize(
    ("way", "expected"),
    [(way, A_LOAD) for way in LOADS.values()] + [(way, A_WINDOW) for way in WINDOWS.values()] + [(way, A_CHECK) for way in CHECKS.values()],
    ids=[*LOADS, *WINDOWS, *CHECKS],
)
def test_every_way_of_loading_calls_the_same_steps_in_one_order(way: Callable[[], object], expected: list[str], called: list[str]) -> None:
    way()
    assert called == expected


def test_the_ways_of_loading_leave_no_step_out() -> None:
    assert {*A_LOAD, *A_CHECK} == {"extract", *STEPS}
