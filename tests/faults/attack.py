import random
import re
import time
from dataclasses import dataclass

from techmarket.cli.exit_codes import EXIT_CODES
from tests.faults.load_process import LoadProcess
from tests.faults.matrix import IMPATIENT, LONGEST_IMPATIENT_SECONDS, TAKEN_OVER, TRANSIENT, Fault
from tests.faults.phases import Phase
from tests.faults.shop import FaultedShop

_TYPED = frozenset(EXIT_CODES.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """The seconds run from the fault to a correct warehouse."""

    exit_code: int
    seconds_to_end: float
    seconds_to_recover: float


def attack(shop: FaultedShop, fault: Fault, phase: Phase, seed: int) -> Outcome:
    """Change the shop, load with the fault, load again, check every invariant.

    Raises:
        AssertionError: an end outside the matrix, or a broken invariant.
    """
    draw = random.Random(f"{fault.name} {phase.name} {seed}")  # noqa: S311 - faults are drawn, not secrets
    shop.change(draw)
    before, unsealed = shop.seen(), shop.invariants.unsealed_extracts()
    with shop.readers_see_whole_releases():
        load, struck = _strike(shop, fault, phase, draw)
        code = load.ended()
        ended = time.monotonic()
        shop.heal()
        if fault.settings is IMPATIENT:
            assert ended - struck < LONGEST_IMPATIENT_SECONDS, f"{fault.name} took {ended - struck:.0f} s:\n{load.log.read_text()}"
        _assert_ended_as_promised(fault, load, code, is_as_before=shop.seen() == before)
        if code in _TYPED:
            assert shop.invariants.unsealed_extracts() == unsealed, f"{fault.name}: the load left half an extract:\n{load.log.read_text()}"
        shop.invariants.assert_watermarks_have_their_data()
        shop.assert_recovered()
    return Outcome(code, ended - struck, time.monotonic() - struck)


def _strike(shop: FaultedShop, fault: Fault, phase: Phase, draw: random.Random) -> tuple[LoadProcess, float]:
    """Start a load and inject the fault, in either order; returns the load and the fault's moment."""
    if fault.before_start:
        struck = time.monotonic()
        fault.inject(shop, None)
        return shop.start_load(full=fault.full, settings=fault.settings), struck
    has_come, jitter = phase.watched(shop, draw)
    load = shop.start_load(full=fault.full, settings=fault.settings)
    assert load.reaches(lambda: has_come(load)), f"the load ended before {phase.name!r}:\n{load.log.read_text()}"
    time.sleep(jitter)
    struck = time.monotonic()
    fault.inject(shop, load)
    return load, struck


def _assert_ended_as_promised(fault: Fault, load: LoadProcess, code: int, *, is_as_before: bool) -> None:
    said = load.log.read_text()
    what = f"{fault.name}: the load ended with {code}:\n{said}"
    assert code in fault.ends, what
    if code in _TYPED:
        line = " ".join(said.split())
        assert re.search(fault.says, line), f"{fault.says!r} was not said. {what}"
        assert " Next: " in line, f"no remedy was named. {what}"
    if code in _TYPED - {TRANSIENT, TAKEN_OVER}:  # the answer to COMMIT may be lost; another load released what this one could not
        assert is_as_before, what
