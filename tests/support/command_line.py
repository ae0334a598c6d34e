import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import URL

from tests.support.repository import ROOT

_MAIN = "from techmarket.cli import main; main()"
PROGRAM = (sys.executable, "-c", _MAIN)


def environment(**settings: object) -> dict[str, str]:
    """This process's environment with only these settings, such as ``DWH_URL``; None drops one."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("TECHMARKET_")}
    given = {f"TECHMARKET_{name}": _written(value) for name, value in settings.items() if value is not None}
    return {**outside, "PYTHONPATH": str(ROOT), **given}


def _written(setting: object) -> str:
    return setting.render_as_string(hide_password=False) if isinstance(setting, URL) else str(setting)


def techmarket(*arguments: str, cwd: Path, before: str = "", **settings: object) -> subprocess.CompletedProcess[str]:
    """Run a command. ``cwd`` must not be the checkout, whose ``.env`` it would read. ``before`` is Python to run first."""
    return subprocess.run(
        [sys.executable, "-c", before + _MAIN, *arguments],
        check=False,
        cwd=cwd,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=120,
    )
