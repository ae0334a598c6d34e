"""How commands report errors, log records and progress."""

import logging
import os
import select
import sys
import textwrap
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from typer.core import TyperCommand

from techmarket.cli.exit_codes import EXIT_CODES, INTERRUPTED, UNFORESEEN, UNREAD, exit_code_of
from techmarket.errors import ConfigurationError, TechMarketError
from techmarket.model.progress import SILENT, Progress

_WIDTH = 80

_console = Console(stderr=True)
_output = Console()


class ReportingCommand(TyperCommand):
    """Its errors become a message on stderr and their class's exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; ``--debug`` also shows the stack trace."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except typer.Exit:
            raise
        except (Exception, KeyboardInterrupt) as exc:  # noqa: BLE001 - the outermost place: people must not see a stack trace
            if isinstance(exc, BrokenPipeError) and _is_unread():
                _stop_writing()
                raise typer.Exit(UNREAD) from None
            if ctx.find_root().params["debug"]:
                traceback.print_exc()
            message, exit_code = _described(exc)
            say_error(message)
            raise typer.Exit(exit_code) from None
        return result


def _is_unread() -> bool:
    """Whether stdout has lost its reader: another pipe may have broken."""
    watch = select.poll()
    watch.register(sys.stdout.fileno(), 0)
    return any(event & select.POLLERR for _, event in watch.poll(0))


def _stop_writing() -> None:
    """Discard output without a reader, as in ``techmarket rejects --all | head -1``."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _described(exc: BaseException) -> tuple[str, int]:
    """Message and exit code; of an unforeseen exception only the class: its text may hold secrets or row values."""
    if isinstance(exc, TechMarketError):
        return str(exc), exit_code_of(exc)
    if isinstance(exc, KeyboardInterrupt):
        return "Interrupted. A load is released whole or not at all. Next: run the command again.", INTERRUPTED
    if isinstance(exc, MemoryError):
        remedy = "let the process have more, or lower TECHMARKET_PART_BYTES and TECHMARKET_PAGE_ROWS, then run again"
        return f"Memory ran out. A load is released whole or not at all. Next: {remedy}.", EXIT_CODES[ConfigurationError]
    return f"Unforeseen error ({type(exc).__name__}). Next: run `techmarket --debug ...` again and report what it shows.", UNFORESEEN


def say_error(message: str) -> None:
    """Print an error, wrapped."""
    print(wrapped(f"Error: {message}"), file=sys.stderr)  # noqa: T201


def wrapped(text: str, indent: str = "", *, anywhere: bool = False) -> str:
    """Lines of at most 80 columns; ``anywhere`` may break addresses and options."""
    width = min(_WIDTH, terminal_width() or _WIDTH)
    lines = (
        textwrap.fill(line, width, subsequent_indent=indent, break_long_words=anywhere, break_on_hyphens=False)
        for line in text.splitlines()
    )
    return "\n".join(lines)


def terminal_width() -> int | None:
    """Columns of stdout's terminal; None for a file or pipe."""
    return _output.width if _output.is_terminal else None


def coloured(text: str, colour: str) -> str:
    """Coloured on a terminal, unless NO_COLOR is set."""
    return typer.style(text, fg=colour) if _output.is_terminal and not _output.no_color else text


class _OneLine(logging.Handler):
    """Prints records above the progress bars."""

    def emit(self, record: logging.LogRecord) -> None:
        _console.print(f"{record.levelname.lower()}: {record.getMessage()}", markup=False, highlight=False, soft_wrap=True)


def set_up_logging(*, verbose: bool) -> None:
    """Show warnings; ``verbose``: also the pipeline's steps."""
    handler = _OneLine()
    # Some libraries set their own level.
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.startswith("techmarket"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("techmarket").setLevel(logging.INFO if verbose else logging.WARNING)


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """One bar a table or step on a terminal; else nothing."""
    if not _console.is_terminal:
        yield SILENT
        return
    columns = (TextColumn("{task.description:<12}"), BarColumn(), TextColumn("{task.fields[count]}"), TimeElapsedColumn())
    with Bars(*columns, console=_console, transient=True) as bars:
        yield _TerminalProgress(bars)


class _TerminalProgress:
    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def count(self, what: str, done: int, of: int, /) -> None:
        of = max(done, of)
        self._bars.update(self._task(what), completed=done, total=of or None, count=f"{done:,}/{of:,}" if of else "")

    @contextmanager
    def step(self, name: str, /) -> Iterator[None]:
        task = self._task(name)
        yield
        self._bars.update(task, completed=1, total=1)

    def _task(self, name: str) -> TaskID:
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=None, count="")
        return self._tasks[name]


@contextmanager
def working(on: str) -> Iterator[None]:
    """A spinner with the activity on a terminal; else nothing."""
    if not _console.is_terminal:
        yield
        return
    with _console.status(f"{on[0].upper()}{on[1:]} ..."):
        yield
