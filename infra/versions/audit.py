"""``python -m infra.versions.audit PIP_AUDIT``: known vulnerabilities of the pinned packages.

A package that PyPI does not answer for is a failure, unlike in pip-audit.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

_REQUIREMENTS = Path("requirements")
_SMALLEST = _REQUIREMENTS / "build.txt"
"""Audited first, to see whether the service answers."""


@dataclass
class Audit:
    """Results by package."""

    looked_up: set[str] = field(default_factory=set)
    vulnerable: set[str] = field(default_factory=set)
    """With the vulnerability and the versions that fix it."""
    unknown: set[str] = field(default_factory=set)
    """Not looked up, with the reason."""

    def add(self, dependency: dict[str, Any]) -> None:
        """Add pip-audit's package."""
        if "skip_reason" in dependency:
            self.unknown.add(f"{dependency['name']}: {dependency['skip_reason']}")
            return
        package = f"{dependency['name']} {dependency['version']}"
        self.looked_up.add(package)
        for known in dependency["vulns"]:
            self.vulnerable.add(f"{package}: {known['id']}, mended in {', '.join(known['fix_versions']) or 'no version yet'}")


def audit(command: Path, files: list[Path]) -> Audit:
    """Audit all pinned packages."""
    found = Audit()
    for file in files:
        options = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json", "--requirement", str(file)]
        run = subprocess.run([command, *options], check=False, capture_output=True, text=True)
        if run.stdout:
            for dependency in json.loads(run.stdout)["dependencies"]:
                found.add(dependency)
        else:
            found.unknown.add(f"{file}: {(run.stderr.splitlines() or ['pip-audit said nothing'])[-1]}")
    return found


def main(arguments: list[str]) -> int:
    """0 if all were looked up and none is vulnerable, else 1."""
    parser = argparse.ArgumentParser(prog="python -m infra.versions.audit")
    parser.add_argument("command", type=Path, metavar="PIP_AUDIT", help="the program")
    parser.add_argument("--if-reachable", action="store_true", help="end well, and say so, where the service cannot be reached at all")
    given = parser.parse_args(arguments)
    first = audit(given.command, [_SMALLEST])
    if not first.looked_up:
        typer.echo(f"NOT AUDITED: PyPI's vulnerability service does not answer here, nothing is known. {'; '.join(first.unknown)}")
        return 0 if given.if_reachable else 1
    found = audit(given.command, sorted(_REQUIREMENTS.glob("*.txt")))
    for line in sorted(found.vulnerable):
        typer.echo(f"VULNERABLE: {line}")
    for line in sorted(found.unknown):
        typer.echo(f"NOT LOOKED UP: {line}")
    looked_up, vulnerable, unknown = map(len, (found.looked_up, found.vulnerable, found.unknown))
    typer.echo(f"{looked_up} packages looked up, {vulnerable} known vulnerabilities, {unknown} not looked up")
    return 1 if vulnerable or unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
