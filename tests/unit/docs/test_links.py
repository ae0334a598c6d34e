import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.repository import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\[[^\]]*\]\((?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
_PATH = re.compile(r"`((?:techmarket|tasks|flows|expectations|sql|infra|tests|docs|requirements)/[\w./-]*)`")
_FENCE = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Anchors of the headings, as the repository shows pages."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Links inside the repository: as written, file, anchor."""
    for link in _LINK.finditer(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        if not re.match(r"\w+:", link["path"]):
            yield link[0], (page.parent / link["path"]).resolve() if link["path"] else page, link["anchor"] or ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_to_files_and_headings(page: Path) -> None:
    lost = [written for written, target, anchor in links(page) if not target.exists() or (anchor and anchor not in anchors(target))]
    assert lost == []


def test_every_page_of_the_documents_is_reached_from_another() -> None:
    reached = {target for page in PAGES for _, target, _ in links(page) if target != page}
    assert [page for page in PAGES if page not in reached and page.name != "README.md"] == []


def test_paths_that_pages_name_in_passing_exist() -> None:
    pages = (page for page in PAGES if page.parent.name != "adr")  # a decision describes its own time
    named = {(page.name, path) for page in pages for path in _PATH.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))}
    assert len(named) > 50
    made_by_users = {"infra/stack/.env"}
    assert sorted((page, path) for page, path in named if not ((ROOT / path).exists() or path in made_by_users)) == []


def test_pages_that_messages_name_exist() -> None:
    sources = (file for package in ("techmarket", "tasks", "flows", "expectations", "infra") for file in (ROOT / package).rglob("*.py"))
    named = {page for file in sources for page in re.findall(r"\bdocs/[\w/-]+\.md\b", file.read_text(encoding="utf-8"))}
    assert len(named) > 5
    assert sorted(page for page in named if not (ROOT / page).exists()) == []
