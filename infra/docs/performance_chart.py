"""``docs/performance.svg``: staging speeds from ``docs/performance.json``."""

import json
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_MEASURED: Final = Path("docs/performance.json")
_HERE: Final = Path(__file__).parent
_WIDTH, _MARGIN, _BARS_FROM, _BARS_TO, _TOP, _ROW = 820, 16, 250, 730, 60, 26
_OURS: Final = "techmarket"
_FLOORS: Final = {
    "client_pipe": "mysql | psql COPY",
    "outfile_then_copy": "INTO OUTFILE, then COPY",
    "copy_alone": "COPY alone",
}
_PEERS: Final = {
    "pymysql_csv": "PyMySQL, csv, COPY",
    "connectorx": "ConnectorX, Arrow, COPY",
    "duckdb": "DuckDB",
    "dlt": "dlt",
    "sling": "Sling",
    "pgloader": "pgloader",
    "pandas_to_sql": "pandas",
}
_LABELS: Final = {_OURS: "this project", **_FLOORS, **_PEERS}


def render_chart() -> str:
    """One bar a contender, fastest first."""
    staging = json.loads(_MEASURED.read_text(encoding="utf-8"))["staging"]
    contenders = sorted(staging["contenders"], key=lambda contender: -contender["rows_per_second"])
    fastest = contenders[0]["rows_per_second"]
    bars = [
        {
            "label": _LABELS[contender["name"]],
            "kind": "ours" if contender["name"] == _OURS else "floor" if contender["name"] in _FLOORS else "peer",
            "rate": f"{contender['rows_per_second']:,}",
            "length": max(1, round((_BARS_TO - _BARS_FROM) * contender["rows_per_second"] / fastest)),
            "y": _TOP + place * _ROW,
        }
        for place, contender in enumerate(contenders)
    ]
    lines = next(contender["rows"] for contender in contenders if contender["name"] == _OURS)
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.get_template("performance_chart.svg.jinja").render(
        width=_WIDTH,
        height=_TOP + len(bars) * _ROW + 40,
        margin=_MARGIN,
        bars_from=_BARS_FROM,
        bars=bars,
        lines=f"{lines:,}",
        when=f"Measured on {staging['measured_at'][:10]}, {staging['machine'].partition(',')[0]}.",
    )
