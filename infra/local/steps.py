"""Progress on the terminal: one bar for each step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

OnProgress = Callable[[str, int, int], None]


class Steps:
    """Shows each step and its duration."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description:<46}"), BarColumn(24), TaskProgressColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @contextmanager
    def step(self, title: str) -> Iterator[OnProgress]:
        """One step. Yields a callback for its progress: ``(what, done, of)``."""
        task = self._progress.add_task(title, total=None)
        yield lambda _what, done, of: self._progress.update(task, completed=done, total=max(done, of))
        self._progress.update(task, completed=1, total=1)
