"""How much of the source a load reads."""

from enum import StrEnum


class Mode(StrEnum):
    """A full load reads every row, an incremental one what changed, a selective one the requested rows."""

    FULL = "full"
    INCREMENTAL = "incremental"
    BACKFILL = "backfill"
    """Orders of a range of dates."""
    REPAIR = "repair"

    @property
    def is_selective(self) -> bool:
        """Whether it reads only requested rows and the small reference tables."""
        return self in {Mode.BACKFILL, Mode.REPAIR}


class Extent(StrEnum):
    """How much of one table an extract reads."""

    WHOLE = "whole"
    CHANGES = "changes"
    """Rows changed since an instant, and requested rows."""
    REQUESTED = "requested"
    """Requested rows alone."""


FOLLOWING = tuple(mode for mode in Mode if not mode.is_selective)
"""They see all changes up to their horizon, so they alone move the watermarks."""
