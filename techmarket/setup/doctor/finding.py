"""A result of the doctor."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Level(StrEnum):
    """Severity of a finding."""

    OK = "ok"
    WARN = "warn"
    """Loads work; somebody should act."""
    FAIL = "fail"
    """A load fails."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the doctor's report."""

    level: Level
    observed: str
    remedy: str = ""
    """What to do next; empty if all is well."""
    check: str = ""
    """What was checked, such as ``source: grants``; the runner sets it."""

    def named(self, check: str) -> "Finding":
        """Named after its check."""
        return replace(self, check=check)


def ok(observed: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, observed)


def warn(observed: str, remedy: str) -> Finding:
    """Loads work; somebody should act."""
    return Finding(Level.WARN, observed, remedy)


def fail(observed: str, remedy: str) -> Finding:
    """A load fails."""
    return Finding(Level.FAIL, observed, remedy)
