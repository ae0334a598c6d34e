"""One injection from the change of the shop to the proof that everything is right again."""

import random
import time
from dataclasses import dataclass

from tests.faults.matrix import Fault
from tests.faults.shop import FaultedShop

_JITTER_SECONDS = 0.03


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
    with shop.readers_see_whole_releases():
        load = shop.start_load() if not fault.before_start else None
        if load:
            assert load.reaches(phase), f"the load ended before {phase!r}:\n{load.log.read_text()}"
            time.sleep(draw.uniform(0, _JITTER_SECONDS))
            struck = time.monotonic()
            fault.inject(shop, load)
        else:
            struck = time.monotonic()
            fault.inject(shop, load)
            load = shop.start_load()
        code = load.ended()
        ended = time.monotonic()
        shop.source_proxy.behave()
        shop.warehouse_proxy.behave()
        assert code in fault.ends, f"{fault.name} in {phase!r}, seed {seed}: the load ended with {code}:\n{load.log.read_text()}"
        shop.assert_recovered()
    return Outcome(code, ended - struck, time.monotonic() - struck)
