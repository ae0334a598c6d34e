"""The measured figures in both READMEs, from ``docs/performance.json``."""

import json
import re
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_MEASURED: Final = Path("docs/performance.json")
_TABLE: Final = re.compile(r"(?P<mark><!-- measured: [^\n]+ -->\n).*?(?=\n\n)", re.DOTALL)

Number = Callable[[float, int], str]
"""Number and decimal places."""


@dataclass(frozen=True, slots=True)
class _Language:
    number: Number
    lines: str
    pandas: str
    times_fewer: str
    first: str
    change: str
    memory: str
    marts: str
    to: str
    first_line: str
    seconds: str


_ENGLISH: Final = _Language(
    number=lambda value, places: f"{value:,.{places}f}",
    lines="{} order lines out of the order system into PostgreSQL, sealed, indexed and analysed",
    pandas="the same with pandas, lines a second",
    times_fewer="{} times fewer",
    first="the first load of {} orders, {} rows in all, from start to released",
    change="the load after the newest 1,000 of them were changed",
    memory="the most memory that any of these loads needed",
    marts="the marts, each read in full (the largest has {} rows)",
    to="{} to {} ms",
    first_line="from `prefect deployment run` to the first line of its log, in a container",
    seconds="{} s",
)
_UKRAINIAN: Final = _Language(
    number=lambda value, places: f"{value:,.{places}f}".replace(",", " ").replace(".", ","),
    lines="{} рядків замовлень із системи замовлень у PostgreSQL: запечатано, проіндексовано, зібрано статистику",
    pandas="те саме за допомогою pandas, рядків за секунду",
    times_fewer="у {} раза менше",
    first="перше завантаження {} замовлень, разом {} рядків, від запуску до випуску",
    change="завантаження після зміни 1000 найновіших із них",
    memory="найбільше пам'яті, якої потребувало будь-яке з них",
    marts="вітрини, кожну прочитано повністю (у найбільшій {} рядків)",
    to="від {} до {} мс",
    first_line="від `prefect deployment run` до першого рядка журналу, у контейнері",
    seconds="{} с",
)


def in_english() -> str:
    """``README.md`` with current figures."""
    return _with_figures(Path("README.md"), _ENGLISH)


def in_ukrainian() -> str:
    """``README.uk.md`` with current figures."""
    return _with_figures(Path("README.uk.md"), _UKRAINIAN)


def _with_figures(readme: Path, language: _Language) -> str:
    measured = json.loads(_MEASURED.read_text(encoding="utf-8"))
    table = "\n".join(["| | |", "|---|---:|", *(f"| {what} | {figure} |" for what, figure in _rows(measured, language))])
    return _TABLE.sub(lambda found: found["mark"] + table, readme.read_text(encoding="utf-8"))


def _rows(measured: dict[str, Any], say: _Language) -> Iterator[tuple[str, str]]:
    staged = {contender["name"]: contender for contender in measured["staging"]["contenders"]}
    ours, pandas = staged["techmarket"], staged["pandas_to_sql"]
    seconds, times = statistics.median(ours["wall_seconds"]), ours["rows_per_second"] / pandas["rows_per_second"]
    yield say.lines.format(say.number(ours["rows"], 0)), say.seconds.format(say.number(seconds, 2))
    yield say.pandas, say.times_fewer.format(say.number(times, 1))
    shop = max(measured["load"]["sizes"], key=lambda size: size["orders"])
    first, change = (
        statistics.median(load["seconds"] for load in shop["loads"][what]) for what in ("first load", "the newest 1,000 orders changed")
    )
    yield say.first.format(say.number(shop["orders"], 0), say.number(shop["rows"], 0)), say.seconds.format(say.number(first, 1))
    yield say.change, say.seconds.format(say.number(change, 1))
    peak = max(load["peak_mib"] for of_kind in shop["loads"].values() for load in of_kind)
    yield say.memory, f"{say.number(peak, 0)} MiB"
    marts = measured["marts"]
    medians = [statistics.median(mart["milliseconds"]) for mart in marts["marts"]]
    largest = max(mart["rows"] for mart in marts["marts"])
    yield say.marts.format(say.number(largest, 0)), say.to.format(say.number(min(medians), 0), say.number(max(medians), 0))
    first_line = statistics.median(load["first_line"] for load in measured["containers"]["loads"])
    yield say.first_line, say.seconds.format(say.number(first_line, 1))
