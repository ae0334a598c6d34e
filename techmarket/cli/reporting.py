"""What every command shares in talking to people: one line an error, one line a log record, progress on a terminal only."""

import logging
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from typer.core import TyperCommand

from techmarket.errors import TechMarketError

OnProgress = Callable[[str, int, int], None]

INTERRUPTED = 130
_WIDTH = 80

_console = Console(stderr=True)


class ReportingCommand(TyperCommand):
    """A command whose errors become one message on stderr and the exit code of their class."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; with ``--debug`` the stack trace is shown as well."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, BrokenPipeError):
            raise
        except (Exception, KeyboardInterrupt) as exc:  # noqa: BLE001 - the outermost place: nothing may reach the person as a stack trace
            if ctx.find_root().params["debug"]:
                traceback.print_exc()
            message, exit_code = _described(exc)
            say_error(message)
            raise typer.Exit(exit_code) from None


def _described(exc: BaseException) -> tuple[str, int]:
    """Message and exit code. What else an unforeseen exception says may hold secrets or row values, so only its class is shown."""
    if isinstance(exc, TechMarketError):
        return str(exc), exc.exit_code
    if isinstance(exc, KeyboardInterrupt):
        return "Interrupted. A load is released whole or not at all. Next: run the command again.", INTERRUPTED
    return f"Unforeseen error ({type(exc).__name__}). Next: run `techmarket --debug ...` again and report what it shows.", 1


def say_error(message: str) -> None:
    """Print an error, wrapped for a narrow terminal."""
    print(wrapped(f"Error: {message}"), file=sys.stderr)  # noqa: T201


def wrapped(text: str, indent: str = "") -> str:
    """Lines of at most 80 columns; addresses and options are never broken."""
    lines = (
        textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) for line in text.splitlines()
    )
    return "\n".join(lines)


class _OneLine(logging.Handler):
    """Writes each record as one line that does not disturb a progress bar."""

    def emit(self, record: logging.LogRecord) -> None:
        _console.print(f"{record.levelname.lower()}: {record.getMessage()}", markup=False, highlight=False, soft_wrap=True)


def set_up_logging(*, verbose: bool) -> None:
    """Warnings always, what the pipeline did when asked."""
    handler = _OneLine()
    # Libraries that set their own level would otherwise be heard.
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.startswith("techmarket"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("techmarket").setLevel(logging.INFO if verbose else logging.WARNING)


@contextmanager
def progress_bars() -> Iterator[OnProgress]:
    """One bar a table on a terminal; nothing where the output is kept."""
    if not _console.is_terminal:
        yield lambda _name, _done, _of: None
        return
    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def on_progress(name: str, done: int, of: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=None)
            bars.update(tasks[name], completed=done, total=max(done, of))

        yield on_progress
