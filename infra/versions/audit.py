"""``python -m infra.versions.audit PIP_AUDIT``: are vulnerabilities known of what ``requirements/`` pins?

pip-audit looks each package up at PyPI. Of one that it cannot look up it says so, and ends as if all were well: here that is a failure.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from techmarket.cli.output import say

_REQUIREMENTS = Path("requirements")
_SMALLEST = _REQUIREMENTS / "build.txt"
"""Asked about first: where no service answers, there is no use in asking it about all."""


@dataclass
class Audit:
    """What is known of the packages."""

    looked_up: set[str] = field(default_factory=set)
    vulnerable: set[str] = field(default_factory=set)
    """With what is known of each, and the versions that mend it."""
    unknown: set[str] = field(default_factory=set)
    """Packages that were not looked up, with the reason."""

    def add(self, dependency: dict[str, Any]) -> None:
        """One package of pip-audit's report."""
        if "skip_reason" in dependency:
            self.unknown.add(f"{dependency['name']}: {dependency['skip_reason']}")
            return
        package = f"{dependency['name']} {dependency['version']}"
        self.looked_up.add(package)
        for known in dependency["vulns"]:
            self.vulnerable.add(f"{package}: {known['id']}, mended in {', '.join(known['fix_versions']) or 'no version yet'}")


def audit(command: Path, files: list[Path]) -> Audit:
    """Ask about every package that the files pin."""
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
    """0: no vulnerability is known of any package; 1: one is, or a package was not looked up."""
    parser = argparse.ArgumentParser(prog="python -m infra.versions.audit")
    parser.add_argument("command", type=Path, metavar="PIP_AUDIT", help="the program")
    parser.add_argument("--if-reachable", action="store_true", help="end well, and say so, where the service cannot be reached at all")
    given = parser.parse_args(arguments)
    first = audit(given.command, [_SMALLEST])
    if not first.looked_up:
        say(f"NOT AUDITED: PyPI's vulnerability service does not answer here, nothing is known. {'; '.join(first.unknown)}")
        return 0 if given.if_reachable else 1
    found = audit(given.command, sorted(_REQUIREMENTS.glob("*.txt")))
    for line in sorted(found.vulnerable):
        say(f"VULNERABLE: {line}")
    for line in sorted(found.unknown):
        say(f"NOT LOOKED UP: {line}")
    say(f"{len(found.looked_up)} packages looked up, {len(found.vulnerable)} known vulnerabilities, {len(found.unknown)} not looked up")
    return 1 if found.vulnerable or found.unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
