import re

import pytest

from techmarket.cli.exit_codes import EXIT_CODES
from techmarket.errors import TechMarketError, error_classes
from tests.support.repository import ROOT

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### ([^\n]+)\n\n(.+?)(?=^##)", RUNBOOK, re.DOTALL | re.MULTILINE))
KINDS = tuple(error_classes())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_error_has_its_section(kind: type[TechMarketError]) -> None:
    section = SECTIONS[kind.__name__]
    assert not section.startswith("-"), "it says first what it means"
    assert "\n- *Look at*" in section
    assert "\n- *Do*" in section
    assert f"| {EXIT_CODES[kind]} | [`{kind.__name__}`](#{kind.__name__.lower()}) |" in RUNBOOK


def test_the_runbook_tells_of_no_error_that_there_is_not() -> None:
    told = [title for title in SECTIONS if title.endswith("Error")]
    assert told == [kind.__name__ for kind in KINDS]
