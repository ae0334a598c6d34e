"""``python -m infra.versions check`` checks whether this commit can be tagged as a version.

``python -m infra.versions freeze`` writes this version's warehouse, from which the upgrade test starts.
"""

import sys
from pathlib import Path

from infra.versions.checks import examine
from infra.versions.frozen import freeze
from techmarket.cli.output import print_findings, say
from techmarket.doctor.finding import Level

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
