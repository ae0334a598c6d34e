"""What the releases remember of the source."""

from datetime import UTC, datetime

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.ledger.batches import newest_snapshot
from techmarket.model.modes import FOLLOWING, Mode
from techmarket.model.source_state import STATES, SourceHistory, SourceState


def source_history(connection: sa.Connection, mode: Mode) -> SourceHistory:
    """What an extract of this mode is compared with."""
    return SourceHistory(
        state=known_source(connection),
        newest_snapshot=newest_snapshot(connection, mode),
        clock_due=_clock_due(connection),
        warehouse_ahead=connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one() - datetime.now(UTC),
    )


def known_source(connection: sa.Connection) -> SourceState | None:
    """None before the first release."""
    state = sql.run(connection, "ledger/source_state").scalar_one_or_none()
    return STATES.validate_python(state) if state else None


def remember_source(connection: sa.Connection, batch_id: int, state: SourceState) -> None:
    """In the release's transaction, so that a restored warehouse goes back with it."""
    sql.run(connection, "ledger/remember_source", batch_id=batch_id, state=STATES.dump_json(state).decode())


def _clock_due(connection: sa.Connection) -> datetime | None:
    """The source clock's minimum: the snapshot of the newest release in a mode of FOLLOWING, plus the time since.

    By the warehouse's clock; None before the first such release.
    """
    due: datetime | None = sql.run(connection, "ledger/source_clock_due", following=list(FOLLOWING)).scalar_one_or_none()
    return due
