"""Progress: bars on a terminal, an artifact in Prefect, nothing in a script."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Progress(Protocol):
    """Receives progress."""

    def count(self, what: str, done: int, of: int, /) -> None:
        """``done`` units of ``what`` are finished, of about ``of`` (0: unknown)."""

    def step(self, name: str, /) -> AbstractContextManager[None]:
        """A step that lasts as long as the block."""


class _Silent:
    def count(self, what: str, done: int, of: int, /) -> None:
        pass

    @contextmanager
    def step(self, name: str, /) -> Iterator[None]:  # noqa: ARG002 - the protocol's
        yield


SILENT: Progress = _Silent()
