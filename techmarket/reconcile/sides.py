"""A comparison's databases, queried at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from techmarket.db.driver_errors import typed_errors
from techmarket.model.statuses import RECOGNISED_STATUSES
from techmarket.reconcile.compared import Compared, Span
from techmarket.reconcile.statements import SOURCE, WAREHOUSE, Wording

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Count and hash of a span's rows: equal on both sides only if the rows are."""

    rows: int
    digest: int


@dataclass(frozen=True, slots=True)
class Side:
    """One database, on one connection: one question at a time."""

    connection: sa.Connection
    wording: Wording

    def cut(self, compared: Compared, span: Span, rows: int) -> int | None:
        """The key after ``rows`` rows of the span; None if it has no more."""
        key: int | None = self._answer(self.wording.cut(compared), span, rows=rows).scalar_one_or_none()
        return key

    def fingerprint(self, compared: Compared, span: Span) -> Fingerprint:
        """Of the span's rows."""
        found = self._answer(self.wording.fingerprint(compared), span).one()
        return Fingerprint(found.row_count, int(found.digest))

    def rows(self, compared: Compared, span: Span) -> Mapping[int, str]:
        """The span's rows as texts by key."""
        return {row.row_key: row.row_text for row in self._answer(self.wording.rows(compared), span)}

    def _answer(self, statement: sa.TextClause, span: Span, **values: object) -> sa.CursorResult[Any]:
        with typed_errors("Comparing source and warehouse"):
            return self.connection.execute(statement, {"low": span.low, "high": span.high, "recognised": RECOGNISED_STATUSES, **values})


@dataclass(frozen=True, slots=True)
class BothSides:
    """Source and warehouse, each in its own thread."""

    source: Side
    warehouse: Side
    threads: ThreadPoolExecutor

    def cuts(self, compared: Compared, span: Span, rows: int) -> tuple[int | None, int | None]:
        """Cuts by the source and by the warehouse."""
        return self._ask(lambda side: side.cut(compared, span, rows))

    def fingerprints(self, compared: Compared, spans: Sequence[Span]) -> list[tuple[Fingerprint, Fingerprint]]:
        """Each span's fingerprints in source and warehouse. Neither side waits for the other between spans."""
        return list(zip(*self._ask(lambda side: [side.fingerprint(compared, span) for span in spans]), strict=True))

    def rows(self, compared: Compared, span: Span) -> tuple[Mapping[int, str], Mapping[int, str]]:
        """The rows of source and warehouse."""
        return self._ask(lambda side: side.rows(compared, span))

    def _ask(self, question: Callable[[Side], Answer]) -> tuple[Answer, Answer]:
        answers = [self.threads.submit(question, side) for side in (self.source, self.warehouse)]
        return answers[0].result(), answers[1].result()


@contextmanager
def both_sides(source: sa.Connection, warehouse: sa.Connection) -> Iterator[BothSides]:
    """Threads for both databases during the block."""
    with ThreadPoolExecutor(2, thread_name_prefix="reconcile") as threads:
        yield BothSides(Side(source, SOURCE), Side(warehouse, WAREHOUSE), threads)
