"""The ledger of backfills."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from techmarket.backfill.fingerprint import Fingerprint, fingerprint
from techmarket.backfill.windows import BackfillRange, Window
from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors


@dataclass(frozen=True, slots=True)
class WindowState:
    """A window's progress, with its facts before and after its newest load."""

    window: Window
    status: str
    """``waiting``, or the status of its newest load."""
    batch_id: int | None
    error: str | None
    counts: Mapping[str, Mapping[str, Any]]
    """Fate of rows read, by source table; empty until the release."""
    before: Fingerprint | None
    after: Fingerprint | None

    @property
    def is_released(self) -> bool:
        """Whether the window is done."""
        return self.status == "released"


@dataclass(frozen=True, slots=True)
class Backfill:
    """A backfill in the ledger."""

    backfill_id: int
    range: BackfillRange
    is_resumed: bool
    """Whether an earlier run opened and did not finish it."""


def open_backfill(warehouse: sa.Engine, wanted: BackfillRange, *, requested_by: str, restart: bool = False) -> Backfill:
    """Resume an unfinished backfill of this range and size, unless ``restart``, or open one."""
    values = {"start": wanted.start, "end": wanted.end, "size": wanted.size}
    with typed_errors("Opening a backfill in the ledger"), warehouse.begin() as connection:
        _run(connection, "lock_backfills")
        unfinished = None if restart else _run(connection, "find_unfinished", **values).scalar_one_or_none()
        if unfinished:
            return Backfill(unfinished, wanted, is_resumed=True)
        backfill_id = _run(connection, "open_backfill", **values, requested_by=requested_by).scalar_one()
        for window in wanted.windows():
            _run(connection, "add_window", backfill_id=backfill_id, start=window.start, end=window.end)
        return Backfill(backfill_id, wanted, is_resumed=False)


def window_states(warehouse: sa.Engine, backfill_id: int) -> list[WindowState]:
    """A backfill's windows, by date."""
    with typed_errors("Reading how far the backfill is"), warehouse.connect() as connection:
        return [_state(row) for row in _run(connection, "windows", backfill_id=backfill_id)]


def begin_window(warehouse: sa.Engine, backfill_id: int, window: Window, batch_id: int) -> None:
    """Record the window's load, and the facts before it. Needs the load lock."""
    with typed_errors("Noting the facts before a window"), warehouse.begin() as connection:
        found = json.dumps(fingerprint(connection, window).as_json())
        values = {"backfill_id": backfill_id, "start": window.start, "end": window.end, "batch_id": batch_id, "facts": found}
        _run(connection, "begin_window", **values)


def end_window(warehouse: sa.Engine, backfill_id: int, window: Window, batch_id: int) -> None:
    """Record the facts after the window's release. Needs the load lock."""
    with typed_errors("Noting the facts after a window"), warehouse.begin() as connection:
        left = json.dumps(fingerprint(connection, window).as_json())
        _run(connection, "end_window", backfill_id=backfill_id, start=window.start, batch_id=batch_id, facts=left)


def total(facts: Sequence[Fingerprint | None]) -> Fingerprint | None:
    """Facts of all windows; None if one's are unknown."""
    known = [one for one in facts if one is not None]
    return sum(known, Fingerprint()) if len(known) == len(facts) else None


def _state(row: sa.Row[Any]) -> WindowState:
    return WindowState(
        window=Window(row.window_start, row.window_end),
        status=row.status,
        batch_id=row.batch_id,
        error=row.error,
        counts={count["table"]: count for count in (row.certificate or {}).get("tables", ())},
        before=row.facts_before and Fingerprint.from_json(row.facts_before),
        after=row.facts_after and Fingerprint.from_json(row.facts_after),
    )


def _run(connection: sa.Connection, step: str, **values: object) -> sa.CursorResult[Any]:
    return sql.run(connection, f"backfill/{step}", **values)
