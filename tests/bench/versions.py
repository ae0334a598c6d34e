import json
import subprocess
from collections.abc import Iterable
from importlib import metadata

from tests.bench.peers import PYTHON

_PACKAGES = {
    "pymysql_csv": "pymysql",
    "connectorx": "connectorx",
    "duckdb": "duckdb",
    "dlt": "dlt",
    "sling": "sling-linux-amd64",
}
_ASKING = "import json, sys; from importlib.metadata import version; print(json.dumps([version(name) for name in sys.argv[1:]]))"


def versions(contenders: Iterable[str]) -> dict[str, str]:
    names = list(contenders)
    packages = [_PACKAGES[name] for name in names if name in _PACKAGES]
    found = dict(zip(packages, json.loads(_said([PYTHON, "-c", _ASKING, *packages])), strict=True))
    if "pgloader" in names:
        found["pgloader"] = _said(["pgloader", "--version"]).split('"')[1]
    if "pandas_to_sql" in names:
        found["pandas"] = metadata.version("pandas")
    return found


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
