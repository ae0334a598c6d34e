"""Pages that show what lies elsewhere show it as it is there."""

import re
from pathlib import Path

import pytest

from infra import diagrams, excerpts


@pytest.mark.parametrize("source", sorted(diagrams.DIAGRAMS.glob("*.dot")), ids=lambda path: path.name)
def test_a_diagram_is_drawn_from_its_text(source: Path) -> None:
    drawn_from = source.with_suffix(".svg").read_text(encoding="utf-8").partition("\n")[0]
    assert drawn_from == diagrams.mark_of(source), "run `make diagrams`"


def test_a_block_of_sql_is_what_its_source_has_and_a_stale_one_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = excerpts.PAGE.read_text(encoding="utf-8")
    marks = re.findall(r"<!-- sql: (.+) -->", page)
    assert len(marks) == len(set(marks)) > 10
    stale = tmp_path / "stale.md"
    without_sql = re.sub(r"(?ms)(^ *<!-- sql: [^\n]+ -->\n *```sql\n).*?(^ *```$)", r"\1\2", page)
    stale.write_text(without_sql, encoding="utf-8")
    monkeypatch.setattr(excerpts, "PAGE", stale)
    assert excerpts.with_current_sql() == page


def test_a_block_of_an_unknown_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- sql: no such statement -->\n```sql\n```\n", encoding="utf-8")
    monkeypatch.setattr(excerpts, "PAGE", page)
    with pytest.raises(KeyError, match="no such statement"):
        excerpts.with_current_sql()
