"""One injection from the change of the shop to the proof that everything is right again."""

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from techmarket.errors import TechMarketError
from tests.faults.load_process import LoadProcess
from tests.faults.matrix import IMPATIENT, LOADING, LONGEST_IMPATIENT_SECONDS, READING, TAKEN_OVER, TRANSIENT, Fault
from tests.faults.shop import FaultedShop

_JITTER_SECONDS = 0.03
_TYPED = {kind.exit_code for kind in TechMarketError.__subclasses__()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the load ended, and how long it took from the fault until the warehouse was right again."""

    exit_code: int
    seconds_to_end: float
    seconds_to_recover: float


def attack(shop: FaultedShop, fault: Fault, phase: str, seed: int) -> Outcome:
    """Change the shop, load, do harm in the phase, let the load end, load once more, and check every invariant.

    Raises:
        AssertionError: the load ended otherwise than the matrix says, or something was not as promised afterwards.
    """
    draw = random.Random(f"{fault.name} {phase} {seed}")  # noqa: S311 - faults are drawn, not secrets
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


def _strike(shop: FaultedShop, fault: Fault, phase: str, draw: random.Random) -> tuple[LoadProcess, float]:
    """Start a load and do the harm, in whichever order; returns the load and when it was struck."""
    if fault.before_start:
        struck = time.monotonic()
        fault.inject(shop, None)
        return shop.start_load(full=fault.full, settings=fault.settings), struck
    load = shop.start_load(full=fault.full, settings=fault.settings)
    moment = _moment(shop, load, phase, draw)
    assert load.reaches(moment), f"the load ended before {phase!r}:\n{load.log.read_text()}"
    time.sleep(draw.uniform(0, _JITTER_SECONDS))
    struck = time.monotonic()
    fault.inject(shop, load)
    return load, struck


def _moment(shop: FaultedShop, load: LoadProcess, phase: str, draw: random.Random) -> Callable[[], bool]:
    """When the phase has come: its line is in the log or, of what is not logged, a random share of the bytes is on the other side."""
    of_source, of_warehouse = (draw.uniform(0.1, 0.8) * carried for carried in shop.bytes_of_a_load)
    if phase == READING:
        return lambda: shop.source_proxy.carried >= of_source
    if phase == LOADING:
        return lambda: shop.warehouse_proxy.carried >= of_warehouse
    return lambda: load.says(phase)


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
