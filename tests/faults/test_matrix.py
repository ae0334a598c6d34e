"""Each fault once, in its most telling phases. `make faults` runs all."""

import os
import re
from collections.abc import Iterator, Sequence

import pytest

from tests.faults.attack import attack
from tests.faults.kill_points import ROUTINE_STATEMENTS, WHOLE_STATEMENTS
from tests.faults.matrix import MATRIX, Fault
from tests.faults.phases import Phase
from tests.faults.shop import FaultedShop, faulted_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultedShop]:
    """Its own servers, which no other test sees killed."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    with faulted_shop(f"test-faults-{worker or 'alone'}", tmp_path_factory.mktemp("faults")) as shop:
        yield shop


@pytest.mark.parametrize(("full", "killed"), [(False, ROUTINE_STATEMENTS), (True, WHOLE_STATEMENTS)], ids=["routine load", "full load"])
def test_every_statement_of_a_release_is_a_kill_point(shop: FaultedShop, *, full: bool, killed: Sequence[Phase]) -> None:
    load = shop.start_load(full=full)
    assert load.ended() == 0
    run = set(re.findall(r"^debug: sql=release/(\S+)", load.log.read_text(), re.MULTILINE))
    named = {phase.name for phase in killed}
    assert named <= run
    assert run <= named | {phase.name for phase in ROUTINE_STATEMENTS}


SHORT_FORM = [(fault, phase) for fault in MATRIX for phase in fault.short]


@pytest.mark.parametrize(("fault", "phase"), SHORT_FORM, ids=[f"{fault.name}, {phase.name}" for fault, phase in SHORT_FORM])
def test_one_load_after_the_fault_makes_everything_right(shop: FaultedShop, fault: Fault, phase: Phase) -> None:
    attack(shop, fault, phase, seed=0)
