"""What can go wrong, by what the reader can do about it.

Every message says what failed, on which object, observed against expected, and what to do next. The exceptions carry
only their message, so that they survive pickling between processes, and never a password, a DSN or a row's values.
"""


class TechMarketError(Exception):
    """Base of every error the pipeline raises on purpose.

    ``exit_code`` is what the command line ends with, so that a script can tell the classes apart.
    """

    exit_code = 1


class ConfigurationError(TechMarketError):
    """A setting, grant, address or password is wrong: correct it, then run again."""

    exit_code = 2


class TransientError(TechMarketError):
    """The network or a server failed for the moment: the same call may succeed later. The only error that is retried."""

    exit_code = 3


class DataQualityError(TechMarketError):
    """The gate blocked promotion: nothing in the warehouse changed. Read the verdict, mend the source, load again."""

    exit_code = 4


class SchemaDriftError(TechMarketError):
    """The source's schema no longer keeps the catalogue's contract: nothing was read. Adapt the catalogue or the source."""

    exit_code = 5


class IntegrityError(TechMarketError):
    """Counts, checksums or bounds do not agree, so the batch was not committed: this needs an engineer's look."""

    exit_code = 6


class ConcurrentRunError(TechMarketError):
    """Another load holds the warehouse, or took it over: wait for it, then run again."""

    exit_code = 7


class CheckError(TechMarketError):
    """A quality check could not run, so nothing is known about the data: the verdict is CHECK_ERROR, never "bad data"."""

    exit_code = 8


class ExportError(TechMarketError):
    """A file of an export is damaged, or not what it should be: nothing was loaded. Make or copy the export again."""

    exit_code = 9


class WarehouseDriftError(TechMarketError):
    """Source and warehouse differ where no routine load will mend it: read the list of rows, then reconcile with repair."""

    exit_code = 10


class IncompleteError(TechMarketError):
    """Some parts of a work failed and the others are done: mend what each names, then run the same again, which goes on."""

    exit_code = 11
