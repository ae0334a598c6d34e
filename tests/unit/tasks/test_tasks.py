import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import certifi
import pytest
from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.exceptions import ParameterTypeError
from prefect.logging import disable_run_logger
from prefect.states import Failed
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools.validation import validate
from prefect_sqlalchemy import SqlAlchemyConnector
from pydantic import SecretStr
from sqlalchemy import make_url

import tasks
from flows.check_quality import check_quality
from flows.import_export import ExportOptions, import_export
from flows.load_warehouse import load_warehouse
from tasks import setup
from tasks.extract import extract_source
from tasks.runtime import batch, cluster, connections, reader_slot
from tasks.runtime.artifacts import certificate_rows, never_fatal, verdict_markdown
from tasks.runtime.extracts import extract_key
from tasks.runtime.reader_slot import reader_slot as slot
from tasks.runtime.retries import is_transient
from tasks.stage import stage_extract, stage_part
from techmarket.errors import ConcurrentRunError, ConfigurationError, DataQualityError, IntegrityError, TransientError
from techmarket.extract.dump.request import ExportRequest
from techmarket.ledger.batches import Batch
from techmarket.model.modes import Mode
from techmarket.quality.gate.report import GateReport
from techmarket.quality.rules.row_rules import Severity
from techmarket.release.certificate import Certificate, ControlSum, TableCount
from techmarket.settings import load_settings
from techmarket.staging.stage import staging_stream
from tests.support.orchestration.declared import declared

MARK = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
BATCH = Batch(1, Mode.INCREMENTAL, {"orders": MARK, "customers": None}, newest_release=None)


def key(of: Batch, flow_run_id: str | None = "run-1", keys: dict[str, list[int]] | None = None) -> str | None:
    context: Any = SimpleNamespace(task_run=SimpleNamespace(flow_run_id=flow_run_id))
    return extract_key(context, {"batch": of, "requested_keys": keys or {}})


def test_another_batch_of_the_same_run_finds_the_extract() -> None:
    assert key(BATCH) == key(replace(BATCH, batch_id=2))


@pytest.mark.parametrize(
    "other",
    [
        replace(BATCH, mode=Mode.FULL),
        replace(BATCH, watermarks={"orders": MARK + timedelta(microseconds=1), "customers": None}),
        replace(BATCH, watermarks={"orders": MARK, "customers": MARK}),
        replace(BATCH, watermarks={"orders": None, "customers": None}),
        replace(BATCH, newest_release=1),
    ],
    ids=["other mode", "moved on", "first loaded since", "restored from before", "released since, while a writer held the watermarks"],
)
def test_an_extract_is_not_found_under_another_mode_or_state_of_the_warehouse(other: Batch) -> None:
    assert key(other) != key(BATCH)


def test_an_extract_is_not_found_under_other_requested_keys() -> None:
    assert key(BATCH, keys={"orders": [1]}) not in {key(BATCH), key(BATCH, keys={"orders": [2]})}


def test_an_extract_is_not_found_by_another_flow_run_or_outside_of_one() -> None:
    assert key(BATCH, "run-2") != key(BATCH)
    assert key(BATCH, None) is None


def failed(exc: BaseException) -> Any:
    return Failed(data=exc)


def test_only_transient_failures_and_what_they_caused_are_retried() -> None:
    task: Any = stage_extract
    run: Any = None
    caused = RuntimeError("wrapped")
    caused.__cause__ = TransientError("lost")
    assert is_transient(task, run, failed(TransientError("lost")))
    assert is_transient(task, run, failed(caused))
    for exc in (IntegrityError("x"), DataQualityError("x"), ConfigurationError("x"), OSError("x")):
        assert not is_transient(task, run, failed(exc)), exc


TASKS = list(declared(tasks, Task).values())
SHOWN = [task for task in TASKS if task.name.startswith("publish_")]


@pytest.mark.parametrize("task", [task for task in TASKS if task is not extract_source], ids=lambda t: t.name)
def test_no_task_but_the_extract_is_ever_taken_from_a_cache(task: Any) -> None:
    assert task.cache_policy is NO_CACHE
    assert not task.persist_result


@pytest.mark.parametrize("task", SHOWN, ids=lambda t: t.name)
def test_what_is_only_shown_is_tried_once_and_holds_no_run_up_for_long(task: Any) -> None:
    assert (task.retries, task.timeout_seconds) == (0, 120)


@pytest.mark.parametrize("step", [task for task in TASKS if task not in SHOWN], ids=lambda t: t.name)
def test_a_step_is_retried_where_that_may_help_and_not_in_step_with_others(step: Any) -> None:
    assert step.retry_condition_fn is is_transient
    assert step.retries == 3
    assert step.retry_delay_seconds == [5, 10, 20]
    assert step.retry_jitter_factor == 0.5


class Reluctant:
    """In place of ``load_batch``: fails that many times first."""

    def __init__(self, failures: int, error: type[Exception]) -> None:
        self.failures = failures
        self.error = error
        self.closed_with: list[type[BaseException]] = []

    @contextmanager
    def load_batch(self, *_: object, **__: object) -> Iterator[Batch]:
        if self.failures:
            self.failures -= 1
            msg = "not now"
            raise self.error(msg)
        try:
            yield BATCH
        except BaseException as exc:
            self.closed_with.append(type(exc))
            raise


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Waits of a run that opens its batch outside Prefect."""
    waited: list[float] = []
    monkeypatch.setattr(batch, "time", SimpleNamespace(sleep=waited.append))
    monkeypatch.setattr(batch, "_name_flow_run", lambda _: None)
    monkeypatch.setattr(batch, "show_failure", lambda *_: None)
    monkeypatch.setattr(connections, "warehouse", lambda: None)
    with disable_run_logger():
        yield waited


def test_a_batch_is_opened_once_the_warehouse_is_back(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "load_batch", Reluctant(2, TransientError).load_batch)
    with batch.opened_batch(Mode.FULL) as opened:
        assert opened == BATCH
    assert waits == [5, 10]


@pytest.mark.parametrize(("error", "expected"), [(TransientError, [5, 10, 20]), (ConcurrentRunError, [])])
def test_opening_a_batch_is_given_up(
    error: type[Exception], expected: list[float], waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "load_batch", Reluctant(99, error).load_batch)
    with pytest.raises(error, match="not now"), batch.opened_batch(Mode.FULL):
        pytest.fail("there is no batch")
    assert waits == expected


def test_a_failure_of_the_load_itself_is_shown_closes_the_batch_and_is_not_retried(
    waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, shown = Reluctant(0, TransientError), list[tuple[int, str]]()
    monkeypatch.setattr(batch, "load_batch", ledger.load_batch)
    monkeypatch.setattr(batch, "show_failure", lambda batch_id, failure: shown.append((batch_id, str(failure))))
    msg = "lost"
    with pytest.raises(TransientError, match=msg), batch.opened_batch(Mode.FULL):
        raise TransientError(msg)
    assert ledger.closed_with == [TransientError]
    assert waits == []
    assert shown == [(BATCH.batch_id, "lost")]


def test_an_extract_does_not_wait_for_its_turn_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_name: str, *, timeout_seconds: float) -> Any:
        raise TimeoutError(timeout_seconds)

    monkeypatch.setattr(reader_slot, "concurrency", full)
    with pytest.raises(ConcurrentRunError, match=r"techmarket-oltp-readers was full for 0:10:00.*prefect gcl update"), slot():
        pytest.fail("it had no turn")


def test_a_timeout_of_the_extract_itself_is_not_taken_for_one_of_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_slot, "concurrency", lambda *_, **__: disable_run_logger())
    with pytest.raises(TimeoutError), slot():
        raise TimeoutError


def test_a_run_extracts_and_stages_by_itself_where_no_cluster_is_named() -> None:
    here = cluster.cluster()
    assert here.stream is staging_stream
    assert here.run(lambda batch: batch, batch=BATCH) is BATCH


@pytest.fixture
def named_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings().model_copy(update={"dask_scheduler": "tcp://127.0.0.1:1", "connect_timeout": timedelta(seconds=0.1)})
    monkeypatch.setattr(cluster, "load_settings", lambda: settings)


@pytest.mark.usefixtures("named_scheduler")
def test_a_cluster_without_the_extra_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tasks.runtime.dask_cluster", None)
    with pytest.raises(ConfigurationError, match=r"extra dask is not installed.*requirements/dask\.txt"):
        cluster.cluster()


@pytest.mark.usefixtures("named_scheduler")
def test_a_scheduler_that_does_not_answer_is_named_and_tried_again() -> None:
    with pytest.raises(TransientError, match=r"tcp://127\.0\.0\.1:1 \(TECHMARKET_DASK_SCHEDULER\) does not answer"):
        cluster.cluster().run(stage_part)


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> dict[str, SqlAlchemyConnector]:
    """A Prefect server's blocks by name, for a seemingly deployed run."""
    saved: dict[str, SqlAlchemyConnector] = {}
    monkeypatch.setattr(SqlAlchemyConnector, "save", lambda block, name, **_: saved.update({name: block}))
    monkeypatch.setattr(SqlAlchemyConnector, "load", saved.__getitem__)
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", "a deployment")
    return saved


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql+psycopg2://etl:p%40ss@dwh.example:5433/techmarket?sslmode=verify-full&sslrootcert={quote(certifi.where(), safe='')}",
        "postgresql+psycopg2://etl:secret@dwh.example/techmarket",
    ],
)
def test_a_deployed_run_finds_the_whole_address_that_bootstrap_saved(address: str, blocks: dict[str, SqlAlchemyConnector]) -> None:
    setup._save_connection(connections.DWH_BLOCK, SecretStr(address))
    assert list(blocks) == [connections.DWH_BLOCK]
    assert connections.warehouse().url == make_url(address)


@pytest.mark.usefixtures("blocks")
def test_an_option_that_a_block_cannot_hold_is_refused_without_showing_the_password() -> None:
    with pytest.raises(ConfigurationError, match="gives host more than once") as refusal:
        setup._save_connection(connections.DWH_BLOCK, SecretStr("postgresql+psycopg2://etl:secret@/techmarket?host=a&host=b"))
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("connect", [connections.source, connections.warehouse])
def test_a_local_run_without_an_address_names_the_variable(connect: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in ("TECHMARKET_OLTP_URL", "TECHMARKET_DWH_URL"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(ConfigurationError, match=r"TECHMARKET_(OLTP|DWH)_URL is not set.*\.env"):
        connect()


def test_what_cannot_be_shown_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with never_fatal("drawing"):
        msg = "no server"
        raise OSError(msg)
    assert "drawing failed and is left out: no server" in caplog.text


def test_a_misspelt_option_is_refused() -> None:
    with pytest.raises(ParameterTypeError, match="allow_mass_deletion"):
        load_warehouse.validate_parameters({"options": {"allow_mass_deletion": True}})


def test_an_export_is_described_by_what_its_files_do_not_tell() -> None:
    """The flow passes its options by name."""
    of_export = {field.name for field in fields(ExportRequest)} - {"directory", "taken_at"}
    assert set(ExportOptions.model_fields) - {"allow_mass_delete", "severities"} == of_export
    taken_at = import_export.validate_parameters({"directory": "/data", "taken_at": "2026-11-25T02:00:00+02:00"})["taken_at"]
    assert taken_at == datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("flow", "besides"),
    [(load_warehouse, {}), (check_quality, {}), (import_export, {"directory": "/data", "taken_at": "2026-11-25T02:00:00Z"})],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_severity_of_no_rule_is_refused_before_the_run_does_anything(flow: Any, besides: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match=r"Did you mean orders\.status_known"):
        flow.validate_parameters(besides | {"options": {"severities": {"orders.status_know": "warning"}}})
    with pytest.raises(ParameterTypeError, match="severities"):
        flow.validate_parameters(besides | {"options": {"severities": {"orders.status_known": "fatal"}}})
    known = flow.validate_parameters(besides | {"options": {"severities": {"orders.status_known": "warning"}}})
    assert known["options"].severities == {"orders.status_known": Severity.WARNING}


@pytest.mark.parametrize("spelling", ["critical_row", "critical row"])
@pytest.mark.parametrize("flow", [load_warehouse, check_quality, import_export], ids=lambda flow: flow.name)
def test_a_deployment_takes_both_spellings_of_a_severity(flow: Any, spelling: str) -> None:
    schema = parameter_schema(flow).model_dump()
    given = {"directory": "/data", "taken_at": "2026-11-25T02:00:00Z", "options": {"severities": {"orders.status_known": spelling}}}
    parameters = {name: value for name, value in given.items() if name in schema["properties"]}
    assert not validate(parameters, schema, preprocess=True)
    assert flow.validate_parameters(parameters)["options"].severities == {"orders.status_known": Severity.CRITICAL_ROW}


COUNT = TableCount("orders", extracted=10, staged=10, merged=4, unchanged=3, rejected=1, held=1, excluded=1, removed=2)


def test_the_certificate_shows_each_proof_and_marks_the_one_that_does_not_hold() -> None:
    sums = (ControlSum("fact_sales.revenue", Decimal("10.10"), Decimal("10.11")),)
    rows = certificate_rows(Certificate(1, "x", (COUNT, replace(COUNT, table="payments", merged=5)), sums))
    assert [(row["expected"], row["found"], row["holds"]) for row in rows] == [
        ("10", "10", "yes"),
        ("10", "11", "NO"),
        ("10.10", "10.11", "NO"),
    ]


@pytest.mark.parametrize(("page_url", "shown"), [("http://docs/1.html", "(http://docs/1.html)"), (None, "could not be written")])
def test_the_verdict_leads_to_its_page_or_says_that_there_is_none(page_url: str | None, shown: str) -> None:
    markdown = verdict_markdown(GateReport(1, MARK, (), {}), page_url, "http://docs/rejects.html")
    assert shown in markdown
    assert "(http://docs/rejects.html)" in markdown
