"""``docs/adr/README.md``: index of decision records."""

from pathlib import Path
from typing import Final

_HEAD: Final = """\
<!-- Rendered from the titles in docs/adr/ by `make render`; do not edit. -->

# Decisions

Why things are as they are, half a page each: what made a decision necessary, what was decided, and what follows from it.
A number that is missing was never given.

"""


def render_index() -> str:
    """Links to all decisions."""
    records = sorted(Path("docs/adr").glob("[0-9]*.md"))
    return _HEAD + "".join(f"- [{_title(record)}]({record.name})\n" for record in records)


def _title(record: Path) -> str:
    return record.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").replace(". ", "\\. ", 1)
