"""``python -m infra.versions check`` checks whether this commit can be tagged; ``freeze`` writes the warehouse for upgrade tests."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from infra.versions.checks import examine
from infra.versions.frozen import freeze
from techmarket.setup.doctor.finding import Finding, Level

_COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


def _print_findings(findings: Sequence[Finding]) -> None:
    console = Console()
    width = max(len(finding.check) for finding in findings)
    for finding in findings:
        line = Text.assemble((f"{finding.level:<5}", _COLOURS[finding.level]), f"{finding.check:<{width}}  {finding.observed}")
        console.print(line, soft_wrap=True)
        if finding.remedy:
            console.print(Text(f"{'':<{width + 7}}Next: {finding.remedy}."), soft_wrap=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["check"]:
            findings = list(examine(Path.cwd()))
            _print_findings(findings)
            sys.exit(any(finding.level is Level.FAIL for finding in findings))
        case ["freeze"]:
            Console().print(Text(f"{freeze()} is written."), soft_wrap=True)
        case _:
            sys.exit(__doc__)
