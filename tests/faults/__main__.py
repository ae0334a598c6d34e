"""``python -m tests.faults``: run the matrix and a soak, and write docs/reliability.md."""

import argparse
import re
import tempfile
from pathlib import Path

from tests.faults.attack import Outcome, attack
from tests.faults.document import write_fault, write_page, write_soak
from tests.faults.matrix import MATRIX, Fault
from tests.faults.phases import Phase
from tests.faults.shop import FaultedShop, faulted_shop
from tests.faults.soak import soak


def main() -> None:
    """Stops at the first broken promise."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--seeds", type=int, default=20, help="most injections of a fault in one phase (default 20)")
    parser.add_argument("--first-seed", type=int, default=0, metavar="SEED", help="others are added to those recorded (default 0)")
    parser.add_argument("--only", default="", metavar="REGEX", help="only faults whose names match")
    parser.add_argument("--soak", type=int, default=500, metavar="LOADS", help="loads in a row at the end (default 500; 0: none)")
    parser.add_argument("--page", action="store_true", help="only write docs/reliability.md anew, from docs/reliability.json")
    arguments = parser.parse_args()
    if arguments.page:
        write_page()
        return
    with tempfile.TemporaryDirectory() as folder, faulted_shop("faults", Path(folder)) as shop:
        for fault in (fault for fault in MATRIX if re.search(arguments.only, fault.name)):
            seeds = range(arguments.first_seed, min(arguments.first_seed + arguments.seeds, fault.seeds))
            outcomes = [_attacked(shop, fault, phase, seed) for phase in fault.phases for seed in seeds]
            if outcomes:  # a fault may have fewer seeds
                print(write_fault(fault, seeds, outcomes), flush=True)
        if arguments.soak:
            write_soak(soak(shop, arguments.soak))


def _attacked(shop: FaultedShop, fault: Fault, phase: Phase, seed: int) -> Outcome:
    outcome = attack(shop, fault, phase, seed)
    print(f"{fault.name}, {phase.name}, seed {seed}: ended with {outcome.exit_code}, {outcome.seconds_to_recover:.1f} s", flush=True)
    return outcome


if __name__ == "__main__":
    main()
