"""When a fault strikes: as a line comes into the load's log, a share of its bytes has passed, or it sends a statement."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.faults.load_process import LoadProcess
from tests.faults.shop import FaultedShop
from tests.support.servers.proxy import Proxy, Snare

Moment = Callable[[LoadProcess], bool]


class Side(StrEnum):
    """Which database the load speaks with."""

    SOURCE = "source"
    WAREHOUSE = "warehouse"


@dataclass(frozen=True, slots=True)
class Logged:
    """The load's log has a line that matches; the fault comes up to 30 ms later."""

    name: str
    line: str

    def watched(self, _shop: FaultedShop, draw: random.Random) -> tuple[Moment, float]:
        """What to wait for in a load that is about to start, and the seconds to wait once it has come."""
        return lambda load: load.says(self.line), draw.uniform(0, 0.03)


@dataclass(frozen=True, slots=True)
class Carried:
    """A random share of a load's bytes has passed, one way or the other."""

    name: str
    side: Side

    def watched(self, shop: FaultedShop, draw: random.Random) -> tuple[Moment, float]:
        """See :meth:`Logged.watched`."""
        proxy, of_a_load = _proxy(shop, self.side), shop.bytes_of_a_load[self.side is Side.WAREHOUSE]
        enough = draw.uniform(0.1, 0.8) * of_a_load
        return lambda _load: proxy.carried >= enough, draw.uniform(0, 0.03)


@dataclass(frozen=True, slots=True)
class Sent:
    """The load has sent, on one connection and in this order, what contains these texts.

    Of the last one the database gets the share that is ``passed``: of 0 it never hears, of 0.5 it waits for the rest, and with 1 it
    is at work when the fault comes, up to 3 ms later.
    """

    name: str
    side: Side
    texts: tuple[str, ...]
    passed: float = 1.0

    def watched(self, shop: FaultedShop, draw: random.Random) -> tuple[Moment, float]:
        """See :meth:`Logged.watched`."""
        snare = Snare(tuple(text.encode() for text in self.texts), self.passed)
        _proxy(shop, self.side).snare = snare
        return lambda _load: snare.sprung, draw.uniform(0, 0.003)


Phase = Logged | Carried | Sent


def _proxy(shop: FaultedShop, side: Side) -> Proxy:
    return shop.source_proxy if side is Side.SOURCE else shop.warehouse_proxy
