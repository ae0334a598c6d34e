"""A region's members (customers, employees) since some instant."""

import numpy as np

from techmarket.seed.draw import Draw, Fractions, Integers
from techmarket.seed.geography import DEMAND_BY_REGION

REGION_WEIGHTS = tuple(DEMAND_BY_REGION.values())
_SERVED_REGIONS = np.flatnonzero(REGION_WEIGHTS)
_REGION_SPAN = 1 << 40
"""Above any instant: region and instant fit one sorted number."""


class Roster:
    """Members in order of joining; each region's first joins before all others."""

    def __init__(self, draw: Draw, *, size: int, opened: int, until: int) -> None:
        self.region = draw.weighted(REGION_WEIGHTS, size)
        self.region[: len(_SERVED_REGIONS)] = _SERVED_REGIONS
        self.joined = opened + ((np.arange(size) + draw.fractions(size)) * ((until - opened) / size)).astype(np.int64)
        by_region = self.region * _REGION_SPAN + self.joined
        self._members = np.argsort(by_region)
        self._sorted = by_region[self._members]

    def pick(self, region: Integers, instant: Integers, share: Fractions) -> Integers:
        """Members' positions: the oldest for share 0, the newest near 1."""
        first = np.searchsorted(self._sorted, region * _REGION_SPAN)
        there = np.searchsorted(self._sorted, region * _REGION_SPAN + instant, side="right") - first
        members: Integers = self._members[first + (share * there).astype(np.int64)]
        return members
