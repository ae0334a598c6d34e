from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.exceptions import ObjectNotFound, ParameterTypeError
from prefect.logging import disable_run_logger
from prefect.states import Cancelled, Completed, Crashed, Failed

from flows.backfill_warehouse import backfill_warehouse
from flows.load_window import WindowOptions
from tasks.runtime import artifacts, window_runs
from tasks.runtime.window_runs import run_windows
from techmarket.backfill.fingerprint import Fingerprint
from techmarket.backfill.ledger import Backfill, WindowState
from techmarket.backfill.report import BackfillReport
from techmarket.backfill.windows import BackfillRange, Window
from techmarket.errors import ConfigurationError, IncompleteError

WEEK = BackfillRange(date(2026, 1, 5), date(2026, 1, 12), "day")
DAYS = list(WEEK.windows())
BACKFILL = Backfill(4, WEEK, is_resumed=False)


class Workers:
    """In place of Prefect: at each poll one run ends, in its window's state."""

    def __init__(self) -> None:
        self.running: dict[UUID, Window] = {}
        self.most_at_once = 0
        self.parameters: list[Any] = []
        self.end: Callable[[Window], Any] = lambda _: Completed()

    def run_deployment(self, name: str, *, parameters: dict[str, Any], timeout: float, **_: Any) -> Any:
        assert (name, timeout) == ("load-window/backfill", 0)
        window = WindowOptions.model_validate(parameters["window"])
        self.parameters.append(parameters["window"])
        run_id = uuid4()
        self.running[run_id] = window.days
        self.most_at_once = max(self.most_at_once, len(self.running))
        return SimpleNamespace(id=run_id)

    def ended(self, known: dict[UUID, Window]) -> list[Any]:
        assert known == self.running
        run_id = next(iter(known))
        return [SimpleNamespace(id=run_id, state=self.end(self.running.pop(run_id)))]


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    workers = Workers()
    monkeypatch.setattr(window_runs, "run_deployment", workers.run_deployment)
    monkeypatch.setattr(window_runs, "_ended", workers.ended)
    monkeypatch.setattr(window_runs, "time", SimpleNamespace(sleep=lambda _: None))
    monkeypatch.setattr(artifacts, "create_progress_artifact", lambda *_, **__: uuid4())
    monkeypatch.setattr(artifacts, "update_progress_artifact", lambda *_, **__: None)
    with disable_run_logger():
        yield workers


@pytest.mark.parametrize("at_once", [1, 3, 50])
def test_every_window_gets_one_run_and_no_more_are_at_work_than_wanted(workers: Workers, at_once: int) -> None:
    assert run_windows(BACKFILL, DAYS, at_once=at_once, allow_mass_delete=True) == {}
    assert [(p["backfill_id"], p["start"], p["end"], p["allow_mass_delete"]) for p in workers.parameters] == [
        (4, day.start.isoformat(), day.end.isoformat(), True) for day in DAYS
    ]
    assert workers.most_at_once == min(at_once, len(DAYS))


def test_nothing_is_started_where_no_window_is_left(workers: Workers) -> None:
    assert run_windows(BACKFILL, [], at_once=2, allow_mass_delete=False) == {}
    assert workers.parameters == []


def test_a_window_that_fails_or_is_cancelled_leaves_the_others(workers: Workers) -> None:
    ends = {DAYS[1]: Failed(message="IntegrityError: too much would be deleted"), DAYS[3]: Cancelled()}
    workers.end = lambda window: ends.get(window, Completed())
    failed = run_windows(BACKFILL, DAYS, at_once=2, allow_mass_delete=False)
    assert failed == {DAYS[1]: "Failed. IntegrityError: too much would be deleted", DAYS[3]: "Cancelled."}
    assert len(workers.parameters) == len(DAYS)


def test_a_window_whose_run_died_is_started_once_more_after_the_others(workers: Workers) -> None:
    dying = {DAYS[1]: 1, DAYS[3]: 2}

    def end(window: Window) -> Any:
        dying[window] = dying.get(window, 0) - 1
        return Completed() if dying[window] < 0 else Crashed(message="Process exited with status code: 137.")

    workers.end = end
    assert run_windows(BACKFILL, DAYS, at_once=1, allow_mass_delete=False) == {DAYS[3]: "Crashed. Process exited with status code: 137."}
    started = [parameters["start"] for parameters in workers.parameters]
    assert started == [day.start.isoformat() for day in (*DAYS, DAYS[1], DAYS[3])]


@pytest.mark.usefixtures("workers")
def test_without_its_deployment_a_backfill_says_how_to_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ObjectNotFound(Exception("404"))

    monkeypatch.setattr(window_runs, "run_deployment", missing)
    with pytest.raises(ConfigurationError, match=r"load-window/backfill does not exist\. Next: run `prefect --no-prompt deploy --all`"):
        run_windows(BACKFILL, DAYS, at_once=2, allow_mass_delete=False)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": "2026-02-01", "end": "2026-01-01"}, "the start must be before the end"),
        ({"start": "2026-01-01", "end": "2026-02-01", "window": "0 days"}, "String should match pattern"),
        ({"start": "2026-01-01", "end": "2026-02-01", "windows_at_once": 0}, "greater than or equal to 1"),
        ({"start": "2000-01-01", "end": "2026-02-01", "window": "day"}, "more than 1,000 windows"),
        ({"start": "2026-01-01", "end": "2026-02-01", "windows": "day"}, "Extra inputs are not permitted"),
    ],
)
def test_parameters_out_of_range_are_refused_with_what_is_wrong(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterTypeError, match=said):
        backfill_warehouse.validate_parameters({"options": wrong})


def state(window: Window, status: str, **known: Any) -> WindowState:
    given = {"batch_id": None, "error": None, "counts": {}, "before": None, "after": None} | known
    return WindowState(window=window, status=status, **given)


FACTS = Fingerprint(3, 2, "0" * 31 + "7")


def test_the_summary_proves_a_period_that_is_what_it_was() -> None:
    report = BackfillReport(BACKFILL, [state(day, "released", batch_id=9, before=FACTS, after=FACTS) for day in DAYS], {})
    report.require_complete()
    assert f"After:  21 sales, 14 payments, hash {'0' * 30}31." in report.markdown()
    assert "The hash is the same: the replay changed nothing." in report.markdown()
    assert {row["facts"] for row in report.rows()} == {"the same"}


def test_the_summary_shows_a_period_that_was_changed_and_one_that_is_not_done() -> None:
    changed = state(DAYS[0], "released", before=FACTS, after=Fingerprint(3, 2, "0" * 31 + "8"))
    assert "The hash differs: facts were changed." in BackfillReport(BACKFILL, [changed], {}).markdown()
    undone = BackfillReport(
        BACKFILL, [changed, state(DAYS[1], "blocked", error="Too many."), state(DAYS[2], "waiting")], {DAYS[2]: "Gone."}
    )
    assert undone.proof() == ["The hash of the range is known when every window is released."]
    with pytest.raises(
        IncompleteError, match=r"1 of 3 windows .*2026-01-06 to 2026-01-07: Too many\.; 2026-01-07 to 2026-01-08: Gone\. Next"
    ):
        undone.require_complete()
