"""Background processes that outlive the shell."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from techmarket.errors import ConfigurationError

# The process records itself before it becomes the program: a killed starter loses no process.
# Until then it holds the starter's lock as standard input.
_RECORD_AND_EXEC = 'printf "%s\\n" "$$" "$2" "$3" >"$1.new" && mv "$1.new" "$1" && shift 3 && exec "$@" </dev/null'
_LOG_LINES_SHOWN = 15
_RECORD_SECONDS = 10
_KILL_SECONDS = 30
_LOOKS = 10


@dataclass(frozen=True, slots=True)
class BackgroundProcess:
    """Its directory holds ``pid`` (process id, mark, stop signal) and ``log``."""

    directory: Path
    mark: str
    """Unique text of its command line."""
    stop_signal: signal.Signals = signal.SIGTERM

    @classmethod
    def recorded_below(cls, directory: Path) -> Iterator["BackgroundProcess"]:
        """Processes recorded below a directory, youngest first."""
        for pid_file in sorted(directory.glob("*/pid"), key=lambda file: file.stat().st_mtime, reverse=True):
            _, mark, stop_signal = pid_file.read_text().splitlines()
            yield cls(pid_file.parent, mark=mark, stop_signal=signal.Signals(int(stop_signal)))

    @property
    def name(self) -> str:
        """Its name in messages."""
        return self.directory.name

    @property
    def log_file(self) -> Path:
        """Output since the last start."""
        return self.directory / "log"

    @property
    def pid(self) -> int | None:
        """Its id while it runs, unless reused by another program."""
        try:
            pid = int(self._pid_file.read_text().split("\n")[0])
            command_line = _command_line(pid)
        except (FileNotFoundError, ProcessLookupError):
            return None
        return pid if self.mark in command_line else None

    @property
    def _pid_file(self) -> Path:
        return self.directory / "pid"

    def start(self, command: Sequence[str], *, lock: int = subprocess.DEVNULL) -> None:
        """Start the command, which includes the mark, in its own session.

        The process holds the descriptor ``lock`` until it is recorded, even if this one is killed.

        Raises:
            ConfigurationError: it was not recorded.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        self._pid_file.unlink(missing_ok=True)
        record = [str(self._pid_file), self.mark, str(int(self.stop_signal))]
        with self.log_file.open("wb") as log:
            # setsid leaves no child: Popen would warn about a process that stays, and leave a zombie.
            launch = ["setsid", "--fork", "sh", "-c", _RECORD_AND_EXEC, "sh", *record, *command]
            subprocess.run(launch, stdin=lock, stdout=log, stderr=log, check=True)
        deadline = time.monotonic() + _RECORD_SECONDS
        while not self._pid_file.exists():
            if time.monotonic() > deadline:
                self._fail("could not be recorded, so it was not started")
            time.sleep(0.005)

    def wait_until(self, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until it is ready.

        Raises:
            ConfigurationError: it ended or took too long; with its log.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if self.pid is None:
                self._fail("ended while it started")
            if time.monotonic() > deadline:
                self._fail(f"was not ready within {seconds:.0f} s")
            time.sleep(0.05)

    def require_running(self) -> None:
        """Check that it runs.

        Raises:
            ConfigurationError: it ended; with its log.
        """
        if self.pid is None:
            self._fail("ended before its work was done")

    def stop(self, *, grace_seconds: float = 30) -> bool:
        """Stop it and its children, then kill them; False if it did not run.

        Raises:
            ConfigurationError: it is another user's or survives.
        """
        pid = self.pid
        if pid is not None:
            try:
                self._end(pid, grace_seconds)
            except PermissionError as exc:
                msg = f"{self.name} (process {pid}) was started by another user: stop it as that user."
                raise ConfigurationError(msg) from exc
        self._pid_file.unlink(missing_ok=True)
        return pid is not None

    def _end(self, pid: int, grace_seconds: float) -> None:
        # The handle shows its real end: the command line vanishes before port and files are free.
        handle = os.pidfd_open(pid)
        try:
            os.killpg(pid, self.stop_signal)
            if not select.select([handle], [], [], grace_seconds)[0]:
                os.killpg(pid, signal.SIGKILL)
                if not select.select([handle], [], [], _KILL_SECONDS)[0]:
                    self._fail(f"(process {pid}) was killed but did not end within {_KILL_SECONDS} s: its disk may hang")
        finally:
            os.close(handle)

    def _fail(self, what: str) -> None:
        tail = "\n".join(self.log_file.read_text(errors="replace").splitlines()[-_LOG_LINES_SHOWN:])
        msg = f"{self.name} {what}. The end of {self.log_file}:\n{tail}\nIf it cannot use its data, `make clean` removes them."
        raise ConfigurationError(msg)


def _command_line(pid: int) -> str:
    """Reads repeatedly: arguments are empty during ``exec`` and after the end."""
    for _ in range(_LOOKS):
        if arguments := Path(f"/proc/{pid}/cmdline").read_text(errors="replace"):
            return arguments
        time.sleep(0.001)
    return ""


def is_zombie(pid: int) -> bool:
    """Whether it ended, but is not reaped."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] == "Z"
