"""The Data Docs site: complete, readable offline, bounded, and safe against what the data holds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from techmarket.quality import data_docs
from techmarket.quality.data_docs import publish
from techmarket.quality.report import GateReport, RuleOutcome, TableCounts
from techmarket.quality.rules import Severity

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


def report(batch_id: int, *outcomes: RuleOutcome, blocked_by: tuple[str, ...] = ()) -> GateReport:
    counts = TableCounts(staged=12_345, rejected=3, newly_rejected=2, held=1, seconds=0.5)
    return GateReport(batch_id, NOON + timedelta(hours=batch_id), outcomes or (outcome("status"),), {"orders": counts}, blocked_by)


class Page(HTMLParser):
    """Links, anchors, text and tags of a page."""

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


def site_pages(site: Path) -> list[Page]:
    return [Page(file) for file in site.rglob("*.html")]


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
    ],
    ids=["pass", "warn", "blocked"],
)
def test_page_opens_with_the_verdict(found: GateReport, banner: str, tmp_path: Path) -> None:
    assert banner in Page(publish(found, tmp_path)).text


def test_index_lists_loads_newest_first(tmp_path: Path) -> None:
    for batch_id in (2, 10, 9):
        publish(report(batch_id), tmp_path)
    assert [link for link in Page(tmp_path / "index.html").links if link.startswith("loads/")] == [
        "loads/000000010.html",
        "loads/000000009.html",
        "loads/000000002.html",
    ]


def test_load_published_again_replaces_its_page(tmp_path: Path) -> None:
    publish(report(1), tmp_path)
    publish(report(1, outcome("status", failing=1, order_id="5")), tmp_path)
    index = Page(tmp_path / "index.html").text
    assert ("PASS" in index, "WARN" in index) == (False, True)


def test_history_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_docs, "LOADS_KEPT", 3)
    for batch_id in range(1, 6):
        publish(report(batch_id), tmp_path)
    assert sorted(file.name for file in (tmp_path / "loads").iterdir()) == [
        f"{batch_id:09}.{kind}" for batch_id in (3, 4, 5) for kind in ("html", "json")
    ]


def test_every_link_leads_somewhere_inside_the_site(tmp_path: Path) -> None:
    for batch_id in (1, 2):
        publish(report(batch_id, outcome("status", failing=1, order_id="5"), outcome("date")), tmp_path)
    for page in site_pages(tmp_path):
        for link in page.links:
            address, _, anchor = link.partition("#")
            target = Page((page.file.parent / address).resolve()) if address and not address.startswith("data:") else page
            assert not anchor or anchor in target.anchors, (page.file.name, link)


def test_site_needs_no_network_and_no_script(tmp_path: Path) -> None:
    publish(report(1, outcome("status", failing=1, order_id="5")), tmp_path)
    for page in site_pages(tmp_path):
        assert not page.tags & {"script", "iframe", "img", "object"}
        assert "//" not in "".join(page.links)
        assert "url(" not in page.file.read_text(encoding="utf-8")


def test_hostile_values_are_shown_as_text(tmp_path: Path) -> None:
    hostile = "</td><script>alert(1)</script><img src=x onerror=alert(1)>"
    page = Page(publish(report(1, replace(outcome("status", failing=1, status=hostile), what=hostile)), tmp_path))
    assert not page.tags & {"script", "img"}
    assert page.text.count("<script>alert(1)</script>") == 3


def test_missing_value_differs_from_an_empty_one(tmp_path: Path) -> None:
    page = publish(report(1, outcome("status", failing=1, order_id="", status=None)), tmp_path).read_text(encoding="utf-8")
    assert '<span class="value"></span>' in page
    assert '<span class="empty">none</span>' in page


def test_reader_never_meets_a_half_written_page(tmp_path: Path) -> None:
    publish(report(1), tmp_path)
    assert not list(tmp_path.rglob("*.draft"))
