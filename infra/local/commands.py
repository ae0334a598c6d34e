"""Finds and runs programs, and reports failures."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from techmarket.errors import ConfigurationError

_CHARACTERS_SHOWN = 1500


def find_program(name: str, *folders: str) -> Path | None:
    """A program on PATH or in the folders, links resolved."""
    found = shutil.which(name) or shutil.which(name, path=":".join(folders))
    return Path(found).resolve() if found else None


def is_root() -> bool:
    """Whether this process runs as root."""
    return os.geteuid() == 0


def attempt(
    command: Sequence[str | Path], *, folder: Path | None = None, stdin: str = "", keep_open: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a program that may fail; ``stdout`` includes standard error."""
    return subprocess.run(
        command, cwd=folder, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=keep_open, text=True, check=False
    )


def run(command: Sequence[str | Path], *, folder: Path | None = None, stdin: str = "", keep_open: Sequence[int] = ()) -> str:
    """Run a program; returns its output.

    Raises:
        ConfigurationError: it failed; with its output.
    """
    done = attempt(command, folder=folder, stdin=stdin, keep_open=keep_open)
    if done.returncode != 0:
        words = " ".join(map(str, command))
        msg = f"`{words}` ended with exit code {done.returncode}: {done.stdout[-_CHARACTERS_SHOWN:].strip()}"
        raise ConfigurationError(msg)
    return done.stdout
