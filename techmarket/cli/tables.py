"""Tables in aligned columns."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from techmarket.publish.visible import visible

Row = Mapping[str, object]

_UNLIMITED = 1_000_000


def table_lines(rows: Sequence[Row], *, width: int | None) -> list[str]:
    """Rows of equal keys as lines of at most ``width`` columns (None: unlimited)."""
    if not rows:
        return []
    table = Table(box=None, pad_edge=False, header_style="", padding=(0, 1))
    for name, value in rows[0].items():
        is_number = isinstance(value, int)
        table.add_column(name, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(row[name])) for name in rows[0]))
    console = Console(width=width or _UNLIMITED, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return [line.rstrip() for line in captured.get().splitlines()]


def _shown(value: object) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else visible(str(value))
