"""Random numbers that are the same for the same seed, whatever was drawn elsewhere and in whatever order."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Fractions = NDArray[np.float64]
Booleans = NDArray[np.bool_]


class Draw:
    """Draws for one block of rows of one subject.

    Only uniform numbers are taken from numpy: their stream is stable between its versions, those of its distributions need not be.
    """

    def __init__(self, seed: int, subject: str, block: int = 0) -> None:
        entropy = (seed, zlib.crc32(subject.encode()), block)
        self._generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))

    def fractions(self, count: int) -> Fractions:
        """Numbers from 0 up to but not including 1."""
        return self._generator.random(count)

    def integers(self, low: int, high: int, count: int) -> Integers:
        """Whole numbers from ``low`` up to but not including ``high``."""
        return low + (self.fractions(count) * (high - low)).astype(np.int64)

    def chance(self, share: float, count: int) -> Booleans:
        """True for about this share."""
        return self.fractions(count) < share

    def weighted(self, weights: Sequence[int] | NDArray[Any], count: int) -> Integers:
        """Positions in ``weights``, each as often as its weight says."""
        bounds = np.cumsum(np.asarray(weights, dtype=np.int64))
        return positions_below(bounds, self.fractions(count))

    def sample(self, size: int, count: int) -> list[int]:
        """Return ``count`` different positions below ``size``."""
        shuffled: list[int] = np.argsort(self.fractions(size), kind="stable").tolist()
        return shuffled[:count]


def positions_below(bounds: Integers, shares: Fractions) -> Integers:
    """Where these shares of the last bound fall among bounds that grow."""
    positions: Integers = np.searchsorted(bounds, shares * bounds[-1], side="right").astype(np.int64)
    return positions
