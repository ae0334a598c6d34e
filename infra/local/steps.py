"""Progress on the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from techmarket.model.progress import Progress


class Steps:
    """Bars with durations."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description:<46}"), BarColumn(24), TaskProgressColumn(), TimeElapsedColumn())
        self._bars = Bars(*columns, console=console)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    @contextmanager
    def step(self, title: str) -> Iterator[Progress]:
        """One step. Yields its progress."""
        task = self._bars.add_task(title, total=None)
        yield _Bar(self._bars, task)
        self._bars.update(task, completed=1, total=1)


@dataclass(frozen=True)
class _Bar:
    bars: Bars
    task: TaskID

    def count(self, _what: str, done: int, of: int, /) -> None:
        self.bars.update(self.task, completed=done, total=max(done, of))

    @contextmanager
    def step(self, _name: str, /) -> Iterator[None]:
        yield
