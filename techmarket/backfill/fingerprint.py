"""A period's hash: equal if and only if its facts are, regardless of surrogate keys."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import sqlalchemy as sa

from techmarket.backfill.windows import Window
from techmarket.db import sql

_HALF = 2**64


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Counts of a period's sales and payments, and the sum of their row hashes: two halves of 64 bits, in hexadecimal."""

    sales: int = 0
    payments: int = 0
    digest: str = "0" * 32

    def __add__(self, other: "Fingerprint") -> "Fingerprint":
        """Combine two disjoint periods."""
        halves = (int(self.digest[i : i + 16], 16) + int(other.digest[i : i + 16], 16) for i in (0, 16))
        return Fingerprint(self.sales + other.sales, self.payments + other.payments, _digest(*halves))

    def __str__(self) -> str:
        return f"{self.sales:,} sales, {self.payments:,} payments, hash {self.digest}"

    def as_json(self) -> dict[str, int | str]:
        """The ledger's form."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the ledger's form."""
        return cls(**stored)


def fingerprint(connection: sa.Connection, window: Window) -> Fingerprint:
    """Hash the facts dated in the window, with source keys."""
    found = sql.run(connection, "backfill/fingerprint", **window.date_keys).one()
    return Fingerprint(found.sales, found.payments, _digest(int(found.high), int(found.low)))


def _digest(high: int, low: int) -> str:
    return f"{high % _HALF:016x}{low % _HALF:016x}"
