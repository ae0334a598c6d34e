from collections.abc import Callable
from dataclasses import replace

import pytest

from expectations import RULES
from techmarket.errors import CheckError, ConfigurationError
from techmarket.quality.gate.report import GateReport, Verdict
from techmarket.quality.rules.row_rules import Severity
from techmarket.quality.rules.severities import parsed_severities, with_severities

Gate = Callable[..., GateReport]
RunSql = Callable[[str], None]
Query = Callable[[str], list[tuple[object, ...]]]

UNKNOWN_STATUS = "UPDATE stg.orders SET status = 'lost' WHERE order_id = 1"
OVERRIDES = "SELECT severity_overrides FROM dwh.load_batches WHERE status = 'running'"


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (Severity.CRITICAL_ROW, (Verdict.WARN, 1)),
        (Severity.WARNING, (Verdict.WARN, 0)),
        (Severity.CRITICAL_TABLE, (Verdict.DATA_FAIL, 0)),
        (Severity.OFF, (Verdict.PASS, 0)),
    ],
)
def test_severity_of_a_run_decides_and_is_in_the_ledger(
    severity: Severity, expected: tuple[Verdict, int], gate: Gate, run_sql: RunSql, query: Query
) -> None:
    run_sql(UNKNOWN_STATUS)
    report = gate(severities={"orders.status_known": severity})
    (quarantined,) = query("SELECT count(*) FROM stg.batch_rejects WHERE rule = 'orders.status_known'")[0]
    assert (report.verdict, quarantined) == expected
    assert query(OVERRIDES) == [({"orders.status_known": severity.value},)]
    assert report.overrides == {"orders.status_known": severity}


def test_warning_can_be_tried_as_a_critical_rule(gate: Gate, run_sql: RunSql, query: Query) -> None:
    run_sql("UPDATE stg.orders SET total_amount = total_amount + 0.01 WHERE order_id = 2")
    report = gate(severities={"orders.total_matches_lines": Severity.CRITICAL_ROW})
    assert query("SELECT row_key FROM stg.batch_rejects WHERE rule = 'orders.total_matches_lines'") == [("2",)]
    (broken,) = report.failed
    assert (broken.severity, broken.declared_severity) == (Severity.CRITICAL_ROW, Severity.WARNING)


def test_run_as_declared_has_no_override_in_the_ledger(gate: Gate, query: Query) -> None:
    assert gate().overrides == {}
    assert query(OVERRIDES) == [({},)]


def test_rule_that_is_off_is_not_checked_and_the_report_says_so(gate: Gate, run_sql: RunSql) -> None:
    rules = [replace(rule, severity=Severity.OFF) if rule.id == "orders.status_known" else rule for rule in RULES]
    run_sql(UNKNOWN_STATUS)
    report = gate(rules)
    assert (report.verdict, report.off) == (Verdict.PASS, ("orders.status_known",))
    assert len(report.outcomes) + len(report.off) == len(RULES)
    assert "**Off:** `orders.status_known`" in report.markdown()
    assert gate(rules, severities={"orders.status_known": Severity.WARNING}).failed[0].rule_id == "orders.status_known"


def test_gate_with_every_rule_off_is_a_check_error(gate: Gate) -> None:
    with pytest.raises(CheckError, match="all are off"):
        gate([replace(rule, severity=Severity.OFF) for rule in RULES])


@pytest.mark.parametrize(
    ("severities", "complaint"),
    [
        ({"orders.status_know": Severity.WARNING}, r"no rule 'orders\.status_know'.*Did you mean orders\.status_known\?"),
        ({"order_items.order_item_id_unique": Severity.WARNING}, "the release rests on it"),
        ({"payments.contract": Severity.OFF}, "the release rests on it"),
        ({"orders.recent": Severity.CRITICAL_ROW}, "has no rows to quarantine"),
    ],
)
def test_severity_that_cannot_be_had_is_refused(severities: dict[str, Severity], complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        with_severities(RULES, severities)


def test_severities_are_read_from_a_command_line() -> None:
    assert parsed_severities(["orders.status_known=critical_table", "orders.recent=off"]) == {
        "orders.status_known": Severity.CRITICAL_TABLE,
        "orders.recent": Severity.OFF,
    }


def test_spelling_of_the_version_before_is_accepted_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert parsed_severities(["orders.status_known=critical row"]) == {"orders.status_known": Severity.CRITICAL_ROW}
    assert "'critical row' is written 'critical_row' now" in caplog.text


@pytest.mark.parametrize("setting", ["orders.status_known", "orders.status_known=fatal", "=", ""])
def test_setting_that_names_no_severity_is_refused_with_the_choice(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="RULE=SEVERITY, with one of critical_row, critical_table, warning, off"):
        parsed_severities([setting])
