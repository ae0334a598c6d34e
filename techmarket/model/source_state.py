"""What a load remembers of the source, so that the next one recognises it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AwareDatetime, NaiveDatetime, TypeAdapter


@dataclass(frozen=True, slots=True)
class SampledRow:
    """A row as it was seen: when it was last changed, and when it came to be (business time; None if not known)."""

    key: int
    changed_at: AwareDatetime
    born_at: NaiveDatetime | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """The source at about one instant, ``seen_at`` by its clock.

    ``server`` and ``database`` name it. ``made_at`` tells tables from others that take their names. ``log_position``
    (empty without one) and ``next_keys`` only grow there. ``newest`` and ``spread``
    are sampled rows by table: those changed last, and some over the whole range of keys.
    """

    server: str
    database: str
    log_position: str
    seen_at: AwareDatetime
    made_at: dict[str, str]
    next_keys: dict[str, int]
    newest: dict[str, tuple[SampledRow, ...]]
    spread: dict[str, tuple[SampledRow, ...]]

    @property
    def place(self) -> str:
        """For messages."""
        return f"database {self.database} of server {self.server}"


STATES = TypeAdapter(SourceState)


@dataclass(frozen=True, slots=True)
class SourceHistory:
    """What the ledger knows of the source (None: nothing yet).

    ``newest_snapshot`` is of the newest release, ``clock_due`` the time that the source's clock must show unless it was set back.
    ``warehouse_ahead``: by how much the warehouse's clock is ahead of this machine's.
    """

    state: SourceState | None = None
    newest_snapshot: datetime | None = None
    clock_due: datetime | None = None
    warehouse_ahead: timedelta | None = None


NO_HISTORY = SourceHistory()
