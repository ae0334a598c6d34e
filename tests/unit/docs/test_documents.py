import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.docs import diagrams, excerpts, measured_figures
from tests.faults import document
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


@pytest.mark.parametrize(
    ("readme", "render"), [("README.md", measured_figures.in_english), ("README.uk.md", measured_figures.in_ukrainian)]
)
def test_a_readme_whose_figures_are_stale_is_mended(
    readme: str, render: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Path(readme).read_text(encoding="utf-8")
    mark = "<!-- measured: from docs/performance.json by `make render` -->\n"
    before, _, behind = text.partition(mark)
    table, _, after = behind.partition("\n\n")
    assert len(table.splitlines()) == 2 + 7
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "performance.json").write_bytes(Path("docs/performance.json").read_bytes())
    (tmp_path / readme).write_text(f"{before}{mark}stale\n\n{after}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert render() == text


def test_the_page_on_reliability_is_made_of_its_record() -> None:
    record = json.loads(Path("docs/reliability.json").read_text(encoding="utf-8"))
    assert Path("docs/reliability.md").read_text(encoding="utf-8") == document.page(record), "run `make faults ARGS=--page`"


def test_injections_of_other_seeds_join_the_record_of_a_fault_and_others_take_its_place() -> None:
    first = {"phases": ["a", "b"], "seeds": [0], "ended": {"killed": 2}, "to_end": [0.1, 0.2], "to_recover": [5.0, 6.0]}
    more = {"phases": ["a", "b"], "seeds": [1], "ended": {"killed": 1, "released": 1}, "to_end": [0.3, 0.4], "to_recover": [7.0, 8.0]}
    both = {"seeds": [0, 1], "ended": {"killed": 3, "released": 1}, "to_end": [0.1, 0.2, 0.3, 0.4], "to_recover": [5.0, 6.0, 7.0, 8.0]}
    assert document.joined(first, more) == more | both
    assert document.joined(first | both, more) == more
    elsewhere = more | {"phases": ["a"]}
    assert document.joined(first, elsewhere) == elsewhere
    assert document.joined(None, more) == more


def test_pictures_are_small_enough_to_open_at_once() -> None:
    sizes = {file.name: file.stat().st_size for file in IMAGES.iterdir()}
    assert len(sizes) == 4
    assert {name: size for name, size in sizes.items() if size > LARGEST_BYTES} == {}
