import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from techmarket.cli.commands import app
from tests.support.repository import ROOT

PAGES = sorted(page for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")] if page.name != "CHANGELOG.md")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
_FENCE = re.compile(r"^ *```(?:sh)?\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`((?:\.venv/bin/)?(?:techmarket|make) [^`]+)`")
_TECHMARKET = re.compile(r"^(?:\S*/|.*run --rm )?techmarket (?P<arguments>.+)$")
_MAKE = re.compile(r"^make (?P<targets>[a-z- ]+)")


def commands(page: Path) -> Iterator[str]:
    """Without comments."""
    text = page.read_text(encoding="utf-8")
    for block in _FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield from (part.strip() for part in re.split(r"&&|\|\||\||;", line.partition(" #")[0]))
    yield from (" ".join(inline.split()) for inline in _INLINE.findall(_FENCE.sub("", text)))


def written(pattern: re.Pattern[str]) -> list[str]:
    return sorted({found[1].strip() for page in PAGES for command in commands(page) if (found := pattern.match(command))})


def asked_for_help(arguments: list[str]) -> Result:
    """``--help`` parses the command without running it."""
    return CliRunner().invoke(app, [*arguments, "--help"])


def test_pages_name_targets_of_make_that_exist() -> None:
    named = {target for targets in written(_MAKE) for target in targets.split()}
    assert len(named) > 10
    assert named - TARGETS == set()


@pytest.mark.parametrize("arguments", written(_TECHMARKET))
def test_a_command_that_pages_name_is_understood(arguments: str) -> None:
    # An ellipsis replaces anything, and a command may end at an option.
    words = ["x" if word == "..." else word for word in shlex.split(arguments)]
    if words[0] == "--debug":
        words = ["--debug", "load"]
    if words[-1] == "--severity":
        words.append("x")
    understood = asked_for_help(words)
    assert (understood.exit_code, "Usage: techmarket" in understood.output) == (0, True), understood.output


@pytest.mark.parametrize("arguments", [["lod"], ["load", "--ful"], ["seed", "--order", "5"]])
def test_a_misspelt_command_would_be_noticed(arguments: list[str]) -> None:
    assert asked_for_help(arguments).exit_code == 2
