"""Random numbers that depend on seed and subject alone."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Fractions = NDArray[np.float64]
Booleans = NDArray[np.bool_]


class Draw:
    """Draws for a block of rows.

    Only from numpy's uniform numbers: its distributions may change between versions.
    """

    def __init__(self, seed: int, subject: str, block: int = 0) -> None:
        entropy = (seed, zlib.crc32(subject.encode()), block)
        self._generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))

    def fractions(self, count: int) -> Fractions:
        """From 0 to 1, exclusive."""
        return self._generator.random(count)

    def integers(self, low: int, high: int, count: int) -> Integers:
        """From ``low`` to ``high``, exclusive."""
        return low + (self.fractions(count) * (high - low)).astype(np.int64)

    def chance(self, share: float, count: int) -> Booleans:
        """True with this probability."""
        return self.fractions(count) < share

    def weighted(self, weights: Sequence[int] | NDArray[Any], count: int) -> Integers:
        """Positions in ``weights``, drawn by weight."""
        bounds = np.cumsum(np.asarray(weights, dtype=np.int64))
        return positions_below(bounds, self.fractions(count))

    def sample(self, size: int, count: int) -> list[int]:
        """Return ``count`` different positions below ``size``."""
        shuffled: list[int] = np.argsort(self.fractions(size), kind="stable").tolist()
        return shuffled[:count]


def positions_below(bounds: Integers, shares: Fractions) -> Integers:
    """Positions of these shares of the last of ascending bounds."""
    positions: Integers = np.searchsorted(bounds, shares * bounds[-1], side="right").astype(np.int64)
    return positions
