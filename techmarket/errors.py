"""Everything that the pipeline raises on purpose, one class for each thing that the reader can do about it.

A message says what failed, on which object, observed against expected, and what to do next. It never holds a password, a DSN or a row's
values. Exceptions carry only their message, so that they survive pickling between processes.
"""

from collections.abc import Iterator
from typing import ClassVar


class TechMarketError(Exception):
    """Base of all errors of the pipeline. Each class has a ``summary``: one clause that the command line's help shows."""

    summary: ClassVar[str] = "an unforeseen error"


class ConfigurationError(TechMarketError):
    """A setting, grant, address or password is wrong: correct it, then run again."""

    summary = "A setting, grant, address or password is wrong"


class TransientError(TechMarketError):
    """The network or a server failed for the moment: the same call may succeed later. The only error that is retried."""

    summary = "The network or a server failed for the moment"


class DataQualityError(TechMarketError):
    """The gate blocked the release; the warehouse did not change. Read the verdict, correct the source, load again."""

    summary = "The gate blocked the release"


class SchemaDriftError(TechMarketError):
    """The source's schema breaks the catalogue's contract; nothing was read. Adapt the catalogue or the source."""

    summary = "The source's schema breaks the catalogue's contract"


class OtherSourceError(TechMarketError):
    """The order system is not the one that was loaded last, or its rows have other keys; nothing was touched. A person has to decide."""

    summary = "The order system is another one, or its rows have other keys"


class SourceWentBackError(TechMarketError):
    """The order system is behind the state that was loaded last, as after a restore; nothing was touched. A person has to decide."""

    summary = "The order system is behind the state that was loaded last"


class SourceClockError(TechMarketError):
    """The order system's clock is ahead, or behind the newest release; nothing was touched. Correct the clock, then load again."""

    summary = "The order system's clock is ahead, or behind the newest release"


class IntegrityError(TechMarketError):
    """Counts, checksums or bounds disagree, so nothing was committed. An engineer has to look at it."""

    summary = "Counts, checksums or bounds disagree; nothing was committed"


class ConcurrentRunError(TechMarketError):
    """Another load holds the warehouse, or took it over: wait for it, then run again."""

    summary = "Another load holds the warehouse, or took it over"


class CheckError(TechMarketError):
    """A quality check could not run. That says nothing about the data: the verdict is CHECK_ERROR, never "bad data"."""

    summary = "A quality check could not run, so nothing is known about the data"


class ExportError(TechMarketError):
    """A file of an export is damaged or unexpected; nothing was loaded. Create or copy the export again."""

    summary = "A file of an export is damaged, or not what it should be"


class WarehouseDriftError(TechMarketError):
    """Source and warehouse differ where no routine load repairs it: read the list of rows, then reconcile with repair."""

    summary = "Source and warehouse differ where no routine load will mend it"


class IncompleteError(TechMarketError):
    """Some parts of a job failed, the others are done. Correct what each names, then run the job again: it resumes."""

    summary = "Some parts of a job failed, and the others are done"


def error_classes(below: type[TechMarketError] = TechMarketError) -> Iterator[type[TechMarketError]]:
    """All classes below a class, at any depth, bases first."""
    for kind in below.__subclasses__():
        yield kind
        yield from error_classes(kind)
