"""What the tasks decide by themselves, without a Prefect server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.cache_policies import NO_CACHE
from prefect.exceptions import ParameterTypeError
from prefect.states import Failed

from flows.load_warehouse import LoadOptions, load_warehouse
from tasks import connections
from tasks.artifacts import certificate_rows, never_fatal, verdict_markdown
from tasks.bootstrapping import limit_readers, prepare_warehouse, save_connections
from tasks.extraction import extract_key
from tasks.quality import admit_batch, judge_batch
from tasks.releasing import release_batch
from tasks.retrying import is_transient
from tasks.staging import stage_extract
from techmarket.batches import Batch
from techmarket.certificate import Certificate, ControlSum, TableCount
from techmarket.errors import ConfigurationError, DataQualityError, IntegrityError, TransientError
from techmarket.modes import Mode
from techmarket.quality.report import GateReport
from techmarket.settings import load_settings

MARK = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
BATCH = Batch(1, Mode.INCREMENTAL, {"orders": MARK, "customers": None})


def key(batch: Batch, flow_run_id: str | None = "run-1") -> str | None:
    context: Any = SimpleNamespace(task_run=SimpleNamespace(flow_run_id=flow_run_id))
    return extract_key(context, {"batch": batch})


def test_another_batch_of_the_same_run_finds_the_extract() -> None:
    assert key(BATCH) == key(replace(BATCH, batch_id=2))


@pytest.mark.parametrize(
    "other",
    [
        replace(BATCH, mode=Mode.FULL),
        replace(BATCH, watermarks={"orders": MARK + timedelta(microseconds=1), "customers": None}),
        replace(BATCH, watermarks={"orders": MARK, "customers": MARK}),
        replace(BATCH, watermarks={"orders": None, "customers": None}),
    ],
    ids=["other mode", "moved on", "first loaded since", "restored from before"],
)
def test_an_extract_is_not_found_under_another_mode_or_watermark(other: Batch) -> None:
    assert key(other) != key(BATCH)


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


@pytest.mark.parametrize(
    "step",
    [stage_extract, judge_batch, admit_batch, release_batch, prepare_warehouse, save_connections, limit_readers],
    ids=lambda t: t.name,
)
def test_a_step_with_an_effect_is_retried_but_never_taken_from_a_cache(step: Any) -> None:
    assert step.cache_policy is NO_CACHE
    assert not step.persist_result
    assert step.retries == 3
    assert step.retry_delay_seconds == [5, 10, 20]


@pytest.mark.parametrize("connect", [connections.source, connections.warehouse])
def test_a_local_run_without_an_address_names_the_variable(connect: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in ("TECHMARKET_OLTP_URL", "TECHMARKET_DWH_URL"):
        monkeypatch.delenv(variable, raising=False)
    load_settings.cache_clear()
    with pytest.raises(ConfigurationError, match=r"TECHMARKET_(OLTP|DWH)_URL is not set.*\.env"):
        connect()
    load_settings.cache_clear()


def test_what_cannot_be_shown_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with never_fatal("drawing"):
        msg = "no server"
        raise OSError(msg)
    assert "drawing failed and is left out: no server" in caplog.text


def test_the_form_of_a_load_explains_every_option() -> None:
    schema = LoadOptions.model_json_schema()
    assert set(schema["properties"]) == {"mode", "allow_mass_delete"}
    for field in schema["properties"].values():
        assert field["title"]
        assert len(field["description"]) > 40
    assert "WARNING" in schema["properties"]["allow_mass_delete"]["description"]


def test_a_misspelt_option_is_refused() -> None:
    with pytest.raises(ParameterTypeError, match="allow_mass_deletion"):
        load_warehouse.validate_parameters({"options": {"allow_mass_deletion": True}})


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
    assert shown in verdict_markdown(GateReport(1, MARK, (), {}), page_url)
