"""Exit codes, one a class of error."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from techmarket.errors import (
    CheckError,
    ConcurrentRunError,
    ConfigurationError,
    DataQualityError,
    ExportError,
    IncompleteError,
    IntegrityError,
    OtherSourceError,
    SchemaDriftError,
    SourceClockError,
    SourceWentBackError,
    TechMarketError,
    TransientError,
    WarehouseDriftError,
)

UNFORESEEN = 1
INTERRUPTED = 130
"""As a shell reports Ctrl-C."""
UNREAD = 141
"""As a shell reports a closed pipe."""

EXIT_CODES: Mapping[type[TechMarketError], int] = MappingProxyType(
    {
        ConfigurationError: 2,
        TransientError: 3,
        DataQualityError: 4,
        SchemaDriftError: 5,
        IntegrityError: 6,
        ConcurrentRunError: 7,
        CheckError: 8,
        ExportError: 9,
        WarehouseDriftError: 10,
        IncompleteError: 11,
        OtherSourceError: 12,
        SourceWentBackError: 13,
        SourceClockError: 14,
    }
)
"""A test compares the keys with all error classes."""


def exit_code_of(error: TechMarketError) -> int:
    """The code of the error's class or nearest base."""
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), UNFORESEEN)


def described_exit_codes() -> Iterator[str]:
    """One line a code, for the help text."""
    yield "  0  all went well"
    yield f"{UNFORESEEN:>3}  {TechMarketError.summary}"
    for kind, code in EXIT_CODES.items():
        yield f"{code:>3}  {kind.summary}"
    yield f"{INTERRUPTED}  interrupted"
    yield f"{UNREAD}  what read the output stopped reading, as in `| head -1`"
