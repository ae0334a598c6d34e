"""Follows a tutorial literally and checks the promised output."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from infra.local.servers import LOCAL
from techmarket.db.sql import statements
from tests.support.repository import ROOT

_LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv", ".local", "*_cache", "*.egg-info", ".hypothesis", "build")
_STEP = re.compile(r"^(?:<!-- (?P<where>[^\n]+) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Practice:
    """For the pipeline and for administrators."""

    oltp: sa.URL
    oltp_admin: sa.URL
    dwh: sa.URL
    dwh_admin: sa.URL

    def settings(self) -> str:
        addresses = {"OLTP_URL": self.oltp, "OLTP_ADMIN_URL": self.oltp_admin, "DWH_URL": self.dwh, "DWH_ADMIN_URL": self.dwh_admin}
        return "".join(f"TECHMARKET_{name}={url.render_as_string(hide_password=False)}\n" for name, url in addresses.items())


class Follower:
    def __init__(self, checkout: Path, practice: Practice) -> None:
        self.checkout = checkout
        self._practice = practice
        self._seen = ""
        shutil.copytree(ROOT, checkout, ignore=_LEFT_BEHIND, symlinks=True)  # techmarket/sql stays a link: edits of sql/ show
        (checkout / ".venv").symlink_to(sys.prefix)
        (checkout / ".local").mkdir()
        (checkout / ".local" / "packages").symlink_to(LOCAL / "packages")  # downloaded once
        (checkout / ".env").write_text(practice.settings())
        # make must not take them for newer than what is installed
        for pins in ("requirements/dev.txt", "pyproject.toml", "techmarket/__init__.py"):
            os.utime(checkout / pins, (0, 0))

    def follow(self, page: Path) -> int:
        """Do all steps of a page; returns their number.

        Raises:
            AssertionError: a step fails or lacks its promised output.
        """
        steps = list(_STEP.finditer(page.read_text(encoding="utf-8")))
        for step in steps:
            self._do(step["language"], step["where"] or "", step["text"])
        return len(steps)

    def _do(self, language: str, where: str, text: str) -> None:
        match language, where.partition(" "):
            case "sh", ("", _, _):
                self._seen = self._run(["bash", "-euo", "pipefail", "-c", text])
            case "diff", ("", _, _):
                self._run(["git", "apply", "-"], given=text)
            case "sql", ("in", _, "the order system"):
                self._seen = _executed(self._practice.oltp_admin, text)
            case "sql", ("in", _, "the warehouse"):
                self._seen = _executed(self._practice.dwh_admin, text)
            case _, ("write", _, file):
                (self.checkout / file).write_text(text, encoding="utf-8")
            case "text", ("", _, _):
                self._expect(text)
            case _:
                message = f"a reader would not know what to do with this {language} ({where!r}): {text}"
                raise AssertionError(message)

    def _run(self, command: list[str], *, given: str | None = None) -> str:
        environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.checkout),
            "LANG": "C.UTF-8",
            # The checkout comes before the one that the environment was installed from.
            "PYTHONPATH": str(self.checkout),
            # The reader's own tests find a server running.
            "TECHMARKET_TEST_DWH_URL": self._practice.dwh_admin.render_as_string(hide_password=False),
            "GIT_CEILING_DIRECTORIES": str(self.checkout.parent),
        }
        ended = subprocess.run(command, cwd=self.checkout, check=False, input=given, capture_output=True, text=True, env=environment)
        seen = ended.stdout + ended.stderr
        assert ended.returncode == 0, f"{given or command[-1]}\nended with {ended.returncode}:\n{seen}"
        return seen

    def _expect(self, promised: str) -> None:
        seen = _plain(self._seen)
        missing = [line for line in promised.splitlines() if _plain(line) not in seen]
        assert not missing, f"promised, but not seen: {missing}, in:\n{self._seen}"


def _plain(text: str) -> str:
    """Without line breaks and table padding."""
    return " ".join(text.split())


def _executed(database: sa.URL, script: str) -> str:
    """Rows of the last statement, one per line."""
    with sa.create_engine(database, poolclass=NullPool).begin() as connection:
        results = [connection.exec_driver_sql(statement) for statement in statements(script)]
        return "\n".join(" ".join(map(str, row)) for row in results[-1]) if results[-1].returns_rows else ""
