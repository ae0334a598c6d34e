"""The short form of the matrix: the faults once, in the phases that tell most; `make faults` does the whole."""

import os
from collections.abc import Iterator

import pytest

from tests.faults.attack import attack
from tests.faults.matrix import MATRIX, Fault
from tests.faults.shop import FaultedShop, faulted_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultedShop]:
    """Servers of this suite's own: others must not see theirs killed."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    with faulted_shop(f"test-faults-{worker or 'alone'}", tmp_path_factory.mktemp("faults")) as shop:
        yield shop


SHORT_FORM = [fault for fault in MATRIX if fault.short]


@pytest.mark.parametrize("fault", SHORT_FORM, ids=[fault.name for fault in SHORT_FORM])
def test_one_load_after_the_fault_makes_everything_right(shop: FaultedShop, fault: Fault) -> None:
    for phase in fault.short:
        attack(shop, fault, phase, seed=0)
