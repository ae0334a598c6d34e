"""How much of the source a load reads."""

from enum import StrEnum


class Mode(StrEnum):
    """A full load reads every row; an incremental one what changed since the watermarks; the others exactly the rows they are asked for."""

    FULL = "full"
    INCREMENTAL = "incremental"
    BACKFILL = "backfill"
    """Selective: the orders of a range of order dates, read while other loads may be at work."""
    REPAIR = "repair"
    """Selective: rows found to differ between source and warehouse."""

    @property
    def is_selective(self) -> bool:
        """Whether it reads the rows it is asked for, and the small reference tables, and looks for no changes."""
        return self in {Mode.BACKFILL, Mode.REPAIR}


FOLLOWING = tuple(mode for mode in Mode if not mode.is_selective)
"""Modes that follow the source: they see all changes up to their horizon, so they alone move the watermarks."""
