"""A progress that calls a function of the test for whatever is counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Counting:
    """Calls ``on_count`` with what is counted, how much is done, and of how much."""

    def __init__(self, on_count: Callable[[str, int, int], object]) -> None:
        self._on_count = on_count

    def count(self, what: str, done: int, of: int, /) -> None:
        self._on_count(what, done, of)

    @contextmanager
    def step(self, _name: str, /) -> Iterator[None]:
        yield
