"""Compares key spans by fingerprints; splits unequal ones down to rows (docs/adr/0014-reconcile-by-hashes.md)."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from techmarket.reconcile.compared import ALL_KEYS, Compared, Span
from techmarket.reconcile.sides import BothSides, Fingerprint

log = logging.getLogger(__name__)

_SPAN_ROWS = (200_000, 15_000, 1_500)
"""Approximate rows on the larger side, at each depth of splitting."""
_SPANS_AT_ONCE = 16
"""Most spans that a side lags behind."""


class Kind(StrEnum):
    """MISSING: only the source has it. EXTRA: only the warehouse has it."""

    MISSING = "missing"
    EXTRA = "extra"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Difference:
    """One differing row."""

    compared: Compared
    key: int
    kind: Kind
    belongs_to: int
    """Key of its order or of the customer itself; the source's value if it has the row."""
    requested_keys: frozenset[int]
    """Keys that a repair requests; two for a row that moved to another order."""
    columns: tuple[str, ...] = ()
    """Differing columns, without values; empty if a side lacks the row."""


@dataclass(slots=True)
class Tally:
    """Rows and spans compared; the ``opened`` spans were unequal."""

    target: str
    source_rows: int = 0
    warehouse_rows: int = 0
    spans: int = 0
    opened: int = 0


class TableComparison:
    """One table's comparison. Iterate :meth:`differences` once; the tally grows with it."""

    def __init__(self, sides: BothSides, compared: Compared) -> None:
        self.tally = Tally(compared.target)
        self._sides = sides
        self._compared = compared

    def differences(self) -> Iterator[Difference]:
        """Differing rows by span: memory does not grow with the table.

        Raises:
            ConfigurationError, TransientError: a database refuses or cannot be reached.
        """
        started = time.monotonic()
        for span, source, warehouse in self._fingerprinted(ALL_KEYS, _SPAN_ROWS[0]):
            self.tally.spans += 1
            self.tally.source_rows += source.rows
            self.tally.warehouse_rows += warehouse.rows
            if source != warehouse:
                self.tally.opened += 1
                yield from self._opened(span, depth=1)
        log.info(
            "reconcile table=%s rows=%d spans=%d opened=%d seconds=%.2f",
            self.tally.target,
            self.tally.source_rows,
            self.tally.spans,
            self.tally.opened,
            time.monotonic() - started,
        )

    def _opened(self, unequal: Span, depth: int) -> Iterator[Difference]:
        for span, source, warehouse in self._fingerprinted(unequal, _SPAN_ROWS[depth]):
            if source == warehouse:
                continue
            if depth + 1 < len(_SPAN_ROWS):
                yield from self._opened(span, depth + 1)
            else:
                yield from self._differing_rows(span)

    def _fingerprinted(self, whole: Span, rows: int) -> Iterator[tuple[Span, Fingerprint, Fingerprint]]:
        """A span's pieces with the fingerprints of source and warehouse."""
        spans = self._spans(whole, rows)
        while some := list(islice(spans, _SPANS_AT_ONCE)):
            for span, fingerprints in zip(some, self._sides.fingerprints(self._compared, some), strict=True):
                yield span, *fingerprints

    def _spans(self, whole: Span, rows: int) -> Iterator[Span]:
        """Pieces of about ``rows`` rows on the larger side, whatever the keys' distribution."""
        low = whole.low
        while True:
            cuts = self._sides.cuts(self._compared, Span(low, whole.high), rows)
            high = min((key for key in cuts if key is not None), default=whole.high)
            yield Span(low, high)
            if high == whole.high:
                return
            low = high + 1

    def _differing_rows(self, span: Span) -> Iterator[Difference]:
        source, warehouse = self._sides.rows(self._compared, span)
        for key in sorted(source.keys() | warehouse.keys()):
            if source.get(key) != warehouse.get(key):
                yield _difference(self._compared, key, source.get(key), warehouse.get(key))


def _difference(compared: Compared, key: int, of_source: str | None, of_warehouse: str | None) -> Difference:
    requested = [compared.requested_key(text) for text in (of_source, of_warehouse) if text is not None]
    if of_source is None or of_warehouse is None:
        return Difference(compared, key, Kind.EXTRA if of_source is None else Kind.MISSING, requested[0], frozenset(requested))
    one, other = compared.fields(of_source), compared.fields(of_warehouse)
    columns = tuple(name for name in compared.columns if one[name] != other[name])
    return Difference(compared, key, Kind.DIFFERENT, requested[0], frozenset(requested), columns)
