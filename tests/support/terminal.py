import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

COLUMNS = 80
_STYLE = re.compile(r"\x1b\[[\d;]*m")
_CONTROL = re.compile(r"\x1b\[[\d;?]*[A-Za-ln-z]")
_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Seen:
    written: str
    exit_code: int

    @property
    def is_coloured(self) -> bool:
        return bool(_STYLE.search(self.written))

    @property
    def lines(self) -> list[str]:
        """Lines without colours; an overwritten line in each of its states."""
        plain = _CONTROL.sub("", _STYLE.sub("", self.written))
        return [line.rstrip() for line in re.split(r"[\r\n]+", plain)]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.lines).split())


def seen(command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], interrupt_at: str | None = None) -> Seen:
    """Run a program in a terminal of 80 columns; press Ctrl-C after ``interrupt_at``."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    process = subprocess.Popen(  # setsid: a program gets Ctrl-C only from its own terminal
        ["setsid", "--ctty", *command], cwd=cwd, env={**env, "TERM": "xterm-256color"}, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    written, deadline = b"", time.monotonic() + _PATIENCE_SECONDS
    while (part := _read(ours)) and time.monotonic() < deadline:
        written += part
        if interrupt_at and interrupt_at.encode() in written:
            os.write(ours, b"\x03")
            interrupt_at = None
    os.close(ours)
    return Seen(written.decode(errors="replace"), process.wait(timeout=_PATIENCE_SECONDS))


def _read(terminal: int) -> bytes:
    """New output; empty once the program has ended."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
