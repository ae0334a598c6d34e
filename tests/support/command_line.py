"""The command line as a process of its own, with the settings that a test gives it and no others."""

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import URL

from tests.support.repository import ROOT

_MAIN = "from techmarket.cli import main; main()"
PROGRAM = (sys.executable, "-c", _MAIN)


def environment(**settings: object) -> dict[str, str]:
    """This process's, but of the pipeline's settings those that are given, such as ``DWH_URL``; one of None is left out."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("TECHMARKET_")}
    given = {f"TECHMARKET_{name}": _written(value) for name, value in settings.items() if value is not None}
    return {**outside, "PYTHONPATH": str(ROOT), **given}


def _written(setting: object) -> str:
    """A setting as the environment holds it."""
    return setting.render_as_string(hide_password=False) if isinstance(setting, URL) else str(setting)


def techmarket(*arguments: str, cwd: Path, before: str = "", **settings: object) -> subprocess.CompletedProcess[str]:
    """A command at its end. It reads the ``.env`` of its folder, so let that not be the checkout; ``before`` is Python that comes first."""
    return subprocess.run(
        [sys.executable, "-c", before + _MAIN, *arguments],
        check=False,
        cwd=cwd,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=120,
    )
