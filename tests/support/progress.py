from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Counting:
    """Calls ``on_count`` with the kind, the number done and the total."""

    def __init__(self, on_count: Callable[[str, int, int], object]) -> None:
        self._on_count = on_count

    def count(self, what: str, done: int, of: int, /) -> None:
        self._on_count(what, done, of)

    @contextmanager
    def step(self, _name: str, /) -> Iterator[None]:
        yield
