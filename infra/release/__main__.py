"""``python -m infra.release check`` looks whether this commit can be released; ``freeze`` writes the warehouse that upgrades begin from."""

import sys
from pathlib import Path

from infra.release.checks import examine
from infra.release.frozen import freeze
from techmarket.cli.output import print_findings, say
from techmarket.setup.doctor.finding import Level

if __name__ == "__main__":
    match sys.argv[1:]:
        case ["check"]:
            findings = list(examine(Path.cwd()))
            print_findings(findings, as_json=False)
            sys.exit(any(finding.level is Level.FAIL for finding in findings))
        case ["freeze"]:
            say(f"{freeze()} is written.")
        case _:
            sys.exit(__doc__)
