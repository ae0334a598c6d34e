"""How much of the source a load reads."""

from enum import StrEnum


class Mode(StrEnum):
    """A full load reads every row; an incremental one what changed since the watermarks."""

    FULL = "full"
    INCREMENTAL = "incremental"
