"""Pages that show what lies elsewhere show it as it is there."""

import re
from pathlib import Path

import pytest

from infra import diagrams, excerpts
from tests.screenshots import IMAGES, LARGEST_BYTES


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


def figures(page: Path, title: str) -> list[str]:
    """Numbers of the table in a section, written as in English."""
    section = page.read_text(encoding="utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    table = "\n".join(line for line in section.splitlines() if line.startswith("|"))
    if page.name == "README.uk.md":
        table = re.sub(r"(?<=\d),(?=\d)", ".", table)
        table = re.sub(r"(?<=\d) (?=\d{3}\b)", ",", table).replace("1000", "1,000")
    return re.findall(r"\d[\d,.]*\d|\d", table)


def test_measured_figures_of_the_readme_are_those_of_the_bench() -> None:
    measured = set(re.findall(r"\d[\d,.]*\d|\d", Path("docs/performance.md").read_text(encoding="utf-8")))
    quoted = figures(Path("README.md"), "How fast")
    assert len(quoted) > 8
    assert [figure for figure in quoted if figure not in measured] == [], "quote docs/performance.md as it is now, in both READMEs"


def test_both_readmes_quote_the_same_figures() -> None:
    assert figures(Path("README.md"), "How fast") == figures(Path("README.uk.md"), "Наскільки швидко")


def test_pictures_are_small_enough_to_open_at_once() -> None:
    sizes = {file.name: file.stat().st_size for file in IMAGES.iterdir()}
    assert len(sizes) == 4
    assert {name: size for name, size in sizes.items() if size > LARGEST_BYTES} == {}
