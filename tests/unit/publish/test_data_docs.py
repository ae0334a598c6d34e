from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from expectations import RULES
from techmarket.publish.data_docs import DataDocs, kept_report, load_entry, site
from techmarket.publish.data_docs.load_entry import LoadEntry, worth_keeping
from techmarket.quality.gate.report import CheckedRowCounts, GateReport, RuleOutcome
from techmarket.quality.quarantine.open_rejects import OpenRejects, OpenRow, OpenRule
from techmarket.quality.rules.row_rules import HELD_WITH_ORDER, Severity

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def outcome(name: str, *, failing: int = 0, severity: Severity = Severity.CRITICAL_ROW, **sample: str | None) -> RuleOutcome:
    return RuleOutcome(
        rule_id=f"orders.{name}",
        table="orders",
        severity=severity,
        what=f"What of {name}.",
        reason=f"Reason of {name}.",
        remedy=f"Remedy of {name}.",
        owner="order desk",
        failing_rows=failing,
        sample=(sample,) if sample else (),
    )


def report(batch_id: int, *outcomes: RuleOutcome, blocked_by: tuple[str, ...] = (), **changed: object) -> GateReport:
    counts = CheckedRowCounts(staged=12_345, rejected=3, newly_rejected=2, held=1, seconds=0.5)
    made = GateReport(batch_id, NOON + timedelta(hours=batch_id), outcomes or (outcome("status"),), {"orders": counts}, blocked_by)
    return replace(made, **changed)


def publish(what: GateReport, directory: Path) -> Path:
    return DataDocs(directory).publish(what, RULES)


def open_rule(name: str, rows: int, **changed: object) -> OpenRule:
    waiting = OpenRow("5", 7, 1, NOON, {"status": "lost"})
    made = OpenRule(
        table="orders", rule_id=f"orders.{name}", what=f"What of {name}.", reason="Reason.", remedy=f"Remedy of {name}.",
        owner="order desk", rows=rows, oldest=NOON - timedelta(days=3), newest=NOON, per_day=(0, rows - 1, rows), oldest_rows=(waiting,),
    )  # fmt: skip
    return replace(made, **changed)


def rejects(*rules: OpenRule, resolved: int = 4) -> OpenRejects:
    return OpenRejects(as_of=NOON, rules=rules, per_day=(0, 1, 2), resolved=resolved)


class Page(HTMLParser):
    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(file.read_text(encoding="utf-8"))
        self.text = " ".join(self.text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: Mapping[str, str | None] = dict(attrs)
        self.tags.add(tag)
        self.links += [address for name in ("href", "src") if (address := given.get(name))]
        self.anchors |= {anchor} if (anchor := given.get("id")) else set()

    def handle_data(self, data: str) -> None:
        self.text += data + " "


def site_pages(site: Path) -> Iterator[Page]:
    return (Page(file) for file in site.rglob("*.html"))


def loads_listed(site: Path) -> list[str]:
    return list(dict.fromkeys(link for link in Page(site / "index.html").links if link.startswith("loads/")))


def test_page_says_what_is_wrong_why_and_how_to_mend_it(tmp_path: Path) -> None:
    page = publish(report(7, outcome("status", failing=25, order_id="5", status="lost"), outcome("date")), tmp_path)
    text = Page(page).text
    for words in ("What of status.", "Reason of status.", "Remedy of status.", "order desk", "25 rows break the rule", "lost", "12 345"):
        assert words in text
    assert "techmarket rejects --rule orders.status" in text


@pytest.mark.parametrize(
    ("found", "banner"),
    [
        (report(1), "Every rule holds"),
        (report(1, outcome("status", failing=1, order_id="5")), "May be released, with care"),
        (
            report(1, outcome("status", failing=1), blocked_by=("Too many rows.",)),
            "Blocked: nothing in the warehouse changed Too many rows.",
        ),
        (report(1, blocked_by=("Too many rows.",), is_check=True), "A load of this would be blocked Too many rows. Checked only."),
    ],
    ids=["pass", "warn", "blocked", "checked only"],
)
def test_page_opens_with_the_verdict(found: GateReport, banner: str, tmp_path: Path) -> None:
    assert banner in Page(publish(found, tmp_path)).text


def test_page_and_index_say_that_a_run_had_severities_of_its_own(tmp_path: Path) -> None:
    lowered = replace(outcome("status", failing=1, severity=Severity.WARNING, order_id="5"), declared_severity=Severity.CRITICAL_ROW)
    found = report(
        1, lowered, overrides={"orders.status": Severity.WARNING, "orders.date": Severity.OFF}, off=("orders.date", "orders.new")
    )
    text = Page(publish(found, tmp_path)).text
    assert "orders.status was warning for this run alone. orders.date was off for this run alone. orders.new is off" in text
    assert "(declared: critical row)" in text
    assert "2 severities of its own" in Page(tmp_path / "index.html").text


def test_page_shows_what_was_observed_of_a_whole_table(tmp_path: Path) -> None:
    volume = replace(outcome("volume", failing=1, severity=Severity.WARNING, rows="3", least="480"), of_table=True)
    text = Page(publish(report(1, volume), tmp_path)).text
    assert "The table breaks the rule" in text
    assert "rows least 3 480" in text


def test_index_lists_loads_newest_first(tmp_path: Path) -> None:
    for batch_id in (2, 10, 9):
        publish(report(batch_id), tmp_path)
    assert loads_listed(tmp_path)[:1] == ["loads/000000010.html"]
    table = Page(tmp_path / "index.html").text
    assert table.index("Load 10 PASS") < table.index("Load 9 PASS") < table.index("Load 2 PASS")


def test_load_published_again_replaces_its_page(tmp_path: Path) -> None:
    publish(report(1), tmp_path)
    publish(report(1, outcome("status", failing=1, order_id="5")), tmp_path)
    index = Page(tmp_path / "index.html").text
    assert ("PASS" in index, "WARN" in index) == (False, True)


def test_history_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_entry, "LOADS_KEPT", 3)
    for batch_id in range(13, 19):  # the first hours of one day
        publish(report(batch_id), tmp_path)
    files = sorted(str(file.relative_to(tmp_path)) for file in tmp_path.rglob("0*"))
    assert files == sorted(
        file
        for batch_id in (16, 17, 18)
        for file in (f"loads/{batch_id:09}.html", f"loads/{batch_id:09}.json", f"reports/{batch_id:09}.json")
    )
    assert loads_listed(tmp_path) == [f"loads/{batch_id:09}.html" for batch_id in (18, 16, 17)]


def test_the_last_load_of_each_day_is_kept_for_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_entry, "LOADS_KEPT", 5)
    twice_a_day = [
        replace(LoadEntry.of(report(1)), batch_id=1_000 - n, checked_at=NOON - timedelta(hours=12 * n), is_check=n == 20)
        for n in range(900)
    ]
    kept = list(worth_keeping(twice_a_day))
    assert kept[:5] == twice_a_day[:5]
    days = [entry.day for entry in kept]
    assert len(days[5:]) == len(set(days[5:]))
    assert min(days) == (NOON - timedelta(days=365)).date()
    assert all(entry.checked_at.hour == 12 for entry in kept[5:] if entry.day != twice_a_day[20].day)  # noon comes after midnight
    assert 20 not in {1_000 - entry.batch_id for entry in kept}


def test_every_link_leads_somewhere_inside_the_site(tmp_path: Path) -> None:
    for batch_id in (1, 2):
        publish(report(batch_id, outcome("status", failing=1, order_id="5"), outcome("date")), tmp_path)
    DataDocs(tmp_path).publish_rejects(rejects(open_rule("status", 12)))
    for page in site_pages(tmp_path):
        for link in page.links:
            address, _, anchor = link.partition("#")
            target = Page((page.file.parent / address).resolve()) if address and not address.startswith("data:") else page
            assert not anchor or anchor in target.anchors, (page.file.name, link)


def test_site_needs_no_network_and_no_script(tmp_path: Path) -> None:
    publish(report(1, outcome("status", failing=1, order_id="5")), tmp_path)
    DataDocs(tmp_path).publish_rejects(rejects(open_rule("status", 12)))
    for page in site_pages(tmp_path):
        assert not page.tags & {"script", "iframe", "img", "object"}
        assert "//" not in "".join(page.links)
        assert "url(" not in page.file.read_text(encoding="utf-8")


def test_hostile_values_are_shown_as_text(tmp_path: Path) -> None:
    hostile = "</td><script>alert(1)</script><img src=x onerror=alert(1)>"
    page = Page(publish(report(1, replace(outcome("status", failing=1, status=hostile), what=hostile)), tmp_path))
    assert not page.tags & {"script", "img"}
    assert page.text.count("<script>alert(1)</script>") == 3
    waiting = OpenRow(hostile, None, 1, NOON, {"status": hostile})
    page = Page(DataDocs(tmp_path).publish_rejects(rejects(open_rule("status", 1, what=hostile, oldest_rows=(waiting,)))))
    assert not page.tags & {"script", "img"}
    assert page.text.count("<script>alert(1)</script>") == 4


def test_missing_value_differs_from_an_empty_one(tmp_path: Path) -> None:
    page = publish(report(1, outcome("status", failing=1, order_id="", status=None)), tmp_path).read_text(encoding="utf-8")
    assert '<span class="value"></span>' in page
    assert '<span class="empty">none</span>' in page


def test_reader_never_meets_a_half_written_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = DataDocs(tmp_path).publish_rejects(rejects(open_rule("status", 12)))
    whole = page.read_text(encoding="utf-8")

    def break_off(file: Path, text: str, **_options: object) -> None:
        file.write_bytes(text.encode()[: len(text) // 2])
        msg = "no space is left"
        raise OSError(msg)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_text", break_off)
        with pytest.raises(OSError, match="no space is left"):
            DataDocs(tmp_path).publish_rejects(rejects())
    assert page.read_text(encoding="utf-8") == whole
    DataDocs(tmp_path).publish_rejects(rejects())
    assert "Nothing waits" in Page(page).text
    assert not list(tmp_path.rglob("*.draft"))


def test_rejects_page_says_what_waits_since_when_and_how_to_mend_it(tmp_path: Path) -> None:
    publish(report(1), tmp_path)
    held = open_rule("x", 3, rule_id=HELD_WITH_ORDER, what="Held.")
    page = Page(DataDocs(tmp_path).publish_rejects(rejects(open_rule("status", 12), held)))
    for words in (
        "12 rejected rows wait", "3 rows held", "3 days waits the oldest", "4 rows resolved in 30 days", "What of status.",
        "Remedy of status.", "order desk", "The oldest 1 of 12 rows", "techmarket rejects --table orders --rule orders.status", "lost",
    ):  # fmt: skip
        assert words in page.text, words
    assert "loads/000000001.html" in page.links
    assert "12 rejected rows wait in quarantine , the oldest since 2026-11-19 12:00 UTC." in Page(tmp_path / "index.html").text


def test_rejects_page_of_an_empty_quarantine_is_good_news(tmp_path: Path) -> None:
    assert "Nothing waits" in Page(DataDocs(tmp_path).publish_rejects(rejects())).text
    assert "No rejected row waits" in Page(tmp_path / "index.html").text


def test_rules_page_tells_of_every_declared_rule(tmp_path: Path) -> None:
    publish(report(1), tmp_path)
    text = Page(tmp_path / "rules.html").text
    assert [rule.id for rule in RULES if rule.id not in text or rule.remedy not in text] == []


def test_report_is_read_back_as_it_was_written() -> None:
    lowered = replace(outcome("status", failing=2, order_id="5", status=None), declared_severity=Severity.WARNING)
    found = report(1, lowered, blocked_by=("Why.",), off=("orders.date",), overrides={"orders.status": Severity.CRITICAL_ROW}, mode="full")
    assert kept_report.from_json(kept_report.to_json(found)) == found


def test_report_kept_by_the_version_before_is_read_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    found = report(1, outcome("status", failing=2, order_id="5"), overrides={"orders.status": Severity.CRITICAL_ROW})
    older = kept_report.to_json(found).replace("critical_row", "critical row")
    assert (kept_report.from_json(older), caplog.text) == (found, "")


def test_site_is_rebuilt_from_the_reports_beside_it_and_else_from_what_the_ledger_says(tmp_path: Path) -> None:
    for batch_id in (1, 2):
        publish(report(batch_id, outcome("status", failing=1, order_id="5", status="lost")), tmp_path)
    (tmp_path / "index.html").unlink()
    for page in (tmp_path / "loads").iterdir():
        page.unlink()
    (tmp_path / "reports/000000001.json").unlink()
    from_ledger = [report(batch_id, outcome("status", failing=1)) for batch_id in (1, 2)]
    assert DataDocs(tmp_path).rebuild(from_ledger, RULES) == 2
    first, second = (Page(tmp_path / f"loads/00000000{batch_id}.html").text for batch_id in (1, 2))
    assert ("lost" in first, "lost" in second) == (False, True)
    assert "1 row breaks the rule" in first
    assert len(loads_listed(tmp_path)) == 2


def test_strip_of_verdicts_is_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "_LOADS_IN_STRIP", 2)
    for batch_id in (1, 2, 3):
        publish(report(batch_id), tmp_path)
    assert "the newest 2 loads" in (tmp_path / "index.html").read_text(encoding="utf-8").lower()
