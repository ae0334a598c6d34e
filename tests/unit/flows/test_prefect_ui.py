import re
import string
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from prefect import Flow, Task
from prefect.logging import disable_run_logger
from prefect.utilities.callables import parameter_schema

import flows
import tasks
from flows.check_quality import CheckOptions
from flows.reconcile_warehouse import ReconcileOptions
from tasks.runtime import artifacts
from tasks.runtime.artifacts import ExtractProgress
from tasks.runtime.automations import alerts, run_guards
from techmarket.backfill.fingerprint import Fingerprint
from techmarket.backfill.ledger import Backfill, WindowState
from techmarket.backfill.report import BackfillReport
from techmarket.backfill.windows import BackfillRange
from techmarket.errors import DataQualityError
from techmarket.publish.load_summary import failed_markdown, pages_of_load, released_markdown
from techmarket.quality.gate.report import CheckedRowCounts, GateReport, RuleOutcome
from techmarket.quality.rules.row_rules import Severity
from techmarket.reconcile.comparison import Tally
from techmarket.reconcile.markdown import verdict_markdown as reconcile_markdown
from techmarket.reconcile.report import ReconcileReport, TableReport
from techmarket.release.certificate import Certificate, ControlSum, TableCount
from techmarket.settings import Settings
from tests.support.orchestration.declared import declared
from tests.support.repository import ROOT

DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]


FLOWS = declared(flows, Flow)
TASKS = declared(tasks, Task)


def named(deployment: dict[str, Any]) -> str:
    return f"{deployment['entrypoint'].rpartition('.')[2]}/{deployment['name']}"


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_the_form_of_a_flow_explains_every_option_and_asks_for_one_kind_of_value(flow: Any) -> None:
    schema = parameter_schema(flow)
    for name, parameter in schema.properties.items():
        assert parameter.get("description") or parameter.get("$ref") or parameter.get("allOf"), name
    for options in schema.definitions.values():
        for name, field in options.get("properties", {}).items():
            assert field["title"], name
            assert len(field["description"]) > 40, name
            assert "anyOf" not in field, f"{name}: the form would ask for a type first"
            assert ("WARNING" in field["description"]) == (name in {"allow_mass_delete", "new_source", "without_checksums"}), name
            assert "WARNING" not in field["description"] or field["default"] is False, name


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_the_form_keeps_the_order_of_the_declaration_in_a_database_that_sorts_keys(flow: Any) -> None:
    for options in parameter_schema(flow).definitions.values():
        fields = options.get("properties", {})
        by_position = sorted(sorted(fields), key=lambda name: fields[name].get("position", float("inf")))
        assert by_position == list(fields)


def test_names_of_runs_say_what_they_do() -> None:
    assert CheckOptions().subject == "what is staged"
    assert CheckOptions(extract_id="20261122T030000Z-1a2b3c").subject == "extract 20261122T030000Z-1a2b3c"
    assert [ReconcileOptions(repair=repair).purpose for repair in (False, True)] == ["compare only", "compare and repair"]


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_task_run_is_named_in_words(task: Any) -> None:
    literal, fields = zip(*((text, field) for text, field, _, _ in string.Formatter().parse(task.task_run_name)), strict=True)
    assert " " in "".join(literal)
    assert "_" not in "".join(literal)
    assert {field.partition(".")[0] for field in fields if field} <= set(parameter_schema(task).properties)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=named)
def test_a_deployment_says_what_it_is_for_and_where_to_look(deployment: dict[str, Any]) -> None:
    assert len(deployment["description"]) > 90
    assert [line for line in deployment["description"].splitlines() if line[-1] not in ".:`"] == [], "the UI breaks lines where they end"
    assert "techmarket" in deployment["tags"]
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tasks").rglob("*.py"))
    for artifact in re.findall(r"artifact `([a-z-]+)`", deployment["description"]):
        assert f'"{artifact}"' in code, f"there is no artifact {artifact}"


def test_automations_say_what_they_do() -> None:
    installed = [*run_guards(), *alerts(uuid4(), stale_after=datetime(2026, 1, 2, tzinfo=UTC) - datetime(2026, 1, 1, tzinfo=UTC))]
    assert [automation.description for automation in installed if len(automation.description) < 40] == []


class Shown:
    """Records artifacts in place of Prefect."""

    def __init__(self) -> None:
        self.created: list[str] = []
        self.progress: list[tuple[float, str]] = []

    def create(self, progress: float, *, key: str, description: str) -> str:
        self.created.append(key)
        self.progress.append((progress, description))
        return "an id"

    def update(self, _id: str, *, progress: float, description: str) -> None:
        self.progress.append((progress, description))


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    shown = Shown()
    monkeypatch.setattr(artifacts, "create_progress_artifact", shown.create)
    monkeypatch.setattr(artifacts, "update_progress_artifact", shown.update)
    monkeypatch.setattr(artifacts, "_SECONDS_BETWEEN_UPDATES", 0.0)
    return shown


def test_progress_is_one_artifact_that_says_what_is_read_and_ends_with_all_tables(shown: Shown) -> None:
    progress = ExtractProgress(("regions", "orders"))
    progress.count("regions", 27, 27)
    progress.count("orders", 5_000, 20_000)
    progress.count("orders", 20_011, 20_000)
    progress.finish()
    assert shown.created == ["extract-progress"]
    assert shown.progress == [
        (49.5, "Reading regions: 27 of about 27 rows; 1 of 2 tables are begun or read"),
        (62.0, "Reading orders: 5,000 of about 20,000 rows; 2 of 2 tables are begun or read"),
        (99.0, "Reading orders: 20,011 of about 20,011 rows; 2 of 2 tables are begun or read"),
        (100.0, "Read 20,038 rows: regions 27, orders 20,011"),
    ]


def test_progress_of_a_read_does_not_take_the_steps_after_it_for_tables(shown: Shown) -> None:
    progress = ExtractProgress(("regions",))
    progress.count("regions", 27, 0)
    with progress.step("staging"):
        progress.finish()
    assert shown.created == ["extract-progress"]
    assert shown.progress[-1] == (100.0, "Read 27 rows: regions 27")


def test_progress_without_a_row_ends_too(shown: Shown) -> None:
    ExtractProgress(("regions",)).finish()
    assert shown.progress == [(100.0, "Read 0 rows")]


def broken_paragraphs(markdown: str) -> list[str]:
    """Continuation lines, which the UI shows as paragraphs."""
    follows = pairwise(markdown.splitlines())
    return [line for before, line in follows if before and line and not line.startswith(("|", "- ")) and not before.endswith("  ")]


COUNT = TableCount("orders", extracted=1_010, staged=1_010, merged=1_004, unchanged=3, rejected=1, held=1, excluded=1, removed=2)
CERTIFICATE = Certificate(7, "x", (COUNT,), (ControlSum("fact_sales.revenue", Decimal("10.10"), Decimal("10.10")),))
BROKEN = RuleOutcome("orders.status_known", "orders", Severity.CRITICAL_ROW, "w", "r", "m", "o", failing_rows=1)
REPORT = GateReport(7, datetime(2026, 11, 22, tzinfo=UTC), (BROKEN,), {"orders": CheckedRowCounts(1_010, rejected=1, held=1)})


def test_the_summary_of_a_release_answers_what_a_person_asks() -> None:
    page = released_markdown(CERTIFICATE, REPORT, {"The sales report": "http://docs/sales/7.html"})
    assert page.startswith("# Batch 7 is released: 1,004 rows written, 2 removed\n\nIt worked: all 2 proofs of the certificate hold.")
    assert "| orders | 1,010 | 1,004 | 3 | 1 | 1 | 1 | 2 |" in page
    assert "## What is wrong\n\nWARN: 1 of 1 rules are broken; 1 rows are rejected, 1 held with their order." in page
    assert "## Where to look\n\n- [The sales report](http://docs/sales/7.html)\n" in page
    assert broken_paragraphs(page) == []


def test_the_summary_of_a_failure_says_why_what_changed_and_where_to_look() -> None:
    page = failed_markdown(7, DataQualityError("The quality gate blocked batch 7. Next: mend the source."), {})
    assert page.startswith("# Batch 7 is not released: DataQualityError\n\nIt did not work. The warehouse is as its last release left it.")
    assert "## What is wrong\n\nThe quality gate blocked batch 7. Next: mend the source." in page
    assert "docs/runbook.md, section DataQualityError" in page


def test_no_artifact_breaks_a_paragraph() -> None:
    compared = ReconcileReport(REPORT.checked_at, (TableReport(Tally("fact_sales", 1, 1), {}),), (), (), is_complete=True)
    days = BackfillRange(date(2026, 1, 5), date(2026, 1, 6), "day")
    facts = Fingerprint(3, 2, "0" * 32)
    states = [WindowState(day, "released", batch_id=7, error=None, counts={}, before=facts, after=facts) for day in days.windows()]
    shown = [
        artifacts.verdict_markdown(REPORT, "http://docs/7.html", None),
        reconcile_markdown(compared),
        BackfillReport(Backfill(4, days, is_resumed=False), states, {}).markdown(),
        failed_markdown(7, DataQualityError("Too many. Next: mend the source."), {"The page": "http://docs/7.html"}),
    ]
    assert [line for page in shown for line in broken_paragraphs(page)] == []


def test_the_summary_of_an_unforeseen_failure_shows_no_message_that_may_hold_a_row() -> None:
    page = failed_markdown(7, ValueError("olena@example.com"), {})
    assert "olena" not in page
    assert "# Batch 7 is not released: ValueError" in page


def test_the_summary_leads_to_the_pages_that_there_are_and_to_no_other(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_docs_dir=tmp_path, data_docs_url="http://docs")
    (tmp_path / "loads").mkdir()
    (tmp_path / "loads" / "000000007.html").touch()
    assert pages_of_load(7, settings) == {"The batch's page in the Data Docs": "http://docs/loads/000000007.html"}


def test_an_outcome_that_cannot_be_shown_fails_no_load(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def no_server(*_: object, **__: object) -> None:
        msg = "no server"
        raise OSError(msg)

    monkeypatch.setattr(artifacts, "create_markdown_artifact", no_server)
    with disable_run_logger():
        artifacts.show_failure(7, ValueError())
        artifacts.show_release(CERTIFICATE, REPORT)
    assert caplog.text.count("showing the outcome failed and is left out: no server") == 2


def test_a_load_without_a_broken_rule_says_so() -> None:
    assert GateReport(7, REPORT.checked_at, (), {}).headline() == "PASS: all 0 rules hold."
