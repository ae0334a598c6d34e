"""``python -m tests.faults``: the whole matrix, and docs/reliability.md with what it found."""

import argparse
import tempfile
from pathlib import Path

from tests.faults.attack import attack
from tests.faults.document import Row, write_document
from tests.faults.matrix import MATRIX
from tests.faults.shop import faulted_shop


def main() -> None:
    """Do every injection; the first one after which something is not as promised ends the run, and nothing is written."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--seeds", type=int, default=20, help="most injections of a fault in one phase (default 20)")
    most, rows = parser.parse_args().seeds, list[Row]()
    with tempfile.TemporaryDirectory() as folder, faulted_shop("faults", Path(folder)) as shop:
        for fault in MATRIX:
            seeds = range(min(most, fault.seeds))
            outcomes = [attack(shop, fault, phase, seed) for phase in fault.phases for seed in seeds]
            rows.append(Row(fault, outcomes))
            print(rows[-1].as_markdown(), flush=True)
    write_document(rows)


if __name__ == "__main__":
    main()
