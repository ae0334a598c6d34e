"""Renders docs/performance.md from docs/performance.json."""

import json
import os
import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_DOCS = Path("docs")
_FIGURES = _DOCS / "performance.json"
_DECISIONS = Path(__file__).with_name("decisions.md")  # written by hand: measured once, when a decision was made
_HEADER = [
    "# Performance",
    "",
    "Written by `make bench`. Each section was measured in one run, on one machine that ran all servers: quote ratios, not seconds.",
]

Section = dict[str, Any]
AsMarkdown = Mapping[str, Callable[[Section], list[str]]]


def write_section(name: str, section: Section, as_markdown: AsMarkdown) -> None:
    """Replace a section's figures. ``as_markdown`` has the renderers in document order."""
    sections = json.loads(_FIGURES.read_text(encoding="utf-8")) | {name: circumstances() | section}
    _FIGURES.write_text(json.dumps(sections, indent=1) + "\n", encoding="utf-8")
    write_document(as_markdown)


def write_document(as_markdown: AsMarkdown) -> None:
    sections = json.loads(_FIGURES.read_text(encoding="utf-8"))
    lines = [*_HEADER]
    for known, render in as_markdown.items():
        if measured := sections.get(known):
            lines += ["", *render(measured), "", f"Measured at {measured['measured_at']} on {measured['machine']}."]
    lines += ["", _DECISIONS.read_text(encoding="utf-8")]
    (_DOCS / "performance.md").write_text("\n".join(lines), encoding="utf-8")


def circumstances() -> Section:
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine}
