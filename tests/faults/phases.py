import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.faults.load_process import LoadProcess
from tests.faults.shop import FaultedShop
from tests.support.servers.proxy import Proxy, Snare

Moment = Callable[[LoadProcess], bool]


class Side(StrEnum):
    SOURCE = "source"
    WAREHOUSE = "warehouse"


@dataclass(frozen=True, slots=True)
class Logged:
    """Up to 30 ms after a log line."""

    name: str
    line: str

    def watched(self, _shop: FaultedShop, draw: random.Random) -> tuple[Moment, float]:
        """The condition to await in a starting load, and the seconds to wait after it."""
        return lambda load: load.says(self.line), draw.uniform(0, 0.03)


@dataclass(frozen=True, slots=True)
class Carried:
    """After a random share of a load's bytes, in both directions."""

    name: str
    side: Side

    def watched(self, shop: FaultedShop, draw: random.Random) -> tuple[Moment, float]:
        proxy, of_a_load = _proxy(shop, self.side), shop.bytes_of_a_load[self.side is Side.WAREHOUSE]
        enough = draw.uniform(0.1, 0.8) * of_a_load
        return lambda _load: proxy.carried >= enough, draw.uniform(0, 0.03)


@dataclass(frozen=True, slots=True)
class Sent:
    """After the load has sent chunks with these texts, on one connection, in this order.

    The database gets the share ``passed`` of the last chunk. Below 1 it waits for the rest; with 1 it executes the statement, and the fault
    comes up to 3 ms later.
    """

    name: str
    side: Side
    texts: tuple[str, ...]
    passed: float = 1.0

    def watched(self, shop: FaultedShop, draw: random.Random) -> tuple[Moment, float]:
        snare = Snare(tuple(text.encode() for text in self.texts), self.passed)
        _proxy(shop, self.side).snare = snare
        return lambda _load: snare.sprung, draw.uniform(0, 0.003)


Phase = Logged | Carried | Sent


def _proxy(shop: FaultedShop, side: Side) -> Proxy:
    return shop.source_proxy if side is Side.SOURCE else shop.warehouse_proxy
