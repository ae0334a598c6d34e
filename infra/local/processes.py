"""Background processes that outlive the shell and can be found again safely."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from techmarket.errors import ConfigurationError

# The process records itself before it becomes the program: a killed starter leaves no unrecorded process.
# Until then it holds the starter's lock as standard input.
_RECORD_AND_EXEC = 'printf "%s\\n" "$$" "$2" "$3" >"$1.new" && mv "$1.new" "$1" && shift 3 && exec "$@" </dev/null'
_LOG_LINES_SHOWN = 15
_RECORD_SECONDS = 10
_KILL_SECONDS = 30
_LOOKS = 10


@dataclass(frozen=True, slots=True)
class BackgroundProcess:
    """A process whose directory holds ``pid`` (process id, mark, stop signal) and ``log``."""

    directory: Path
    mark: str
    """Text found in its command line alone, such as its data directory."""
    stop_signal: signal.Signals = signal.SIGTERM

    @classmethod
    def recorded_below(cls, directory: Path) -> Iterator["BackgroundProcess"]:
        """Processes recorded in a directory's folders, the youngest first."""
        for pid_file in sorted(directory.glob("*/pid"), key=lambda file: file.stat().st_mtime, reverse=True):
            _, mark, stop_signal = pid_file.read_text().splitlines()
            yield cls(pid_file.parent, mark=mark, stop_signal=signal.Signals(int(stop_signal)))

    @property
    def name(self) -> str:
        """Its name in messages."""
        return self.directory.name

    @property
    def log_file(self) -> Path:
        """Its output since the last start."""
        return self.directory / "log"

    @property
    def pid(self) -> int | None:
        """Its process id while it runs. An id reused by another program does not count."""
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
        """Start the command in its own session; returns when its process id is recorded.

        Args:
            command: its arguments include the mark.
            lock: a lock's descriptor, held until the process is recorded, even if this one is killed.

        Raises:
            ConfigurationError: it could not be recorded.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        self._pid_file.unlink(missing_ok=True)
        record = [str(self._pid_file), self.mark, str(int(self.stop_signal))]
        with self.log_file.open("wb") as log:
            # setsid leaves no child: a Popen object would warn about a process that is meant to stay, and leave a zombie.
            launch = ["setsid", "--fork", "sh", "-c", _RECORD_AND_EXEC, "sh", *record, *command]
            subprocess.run(launch, stdin=lock, stdout=log, stderr=log, check=True)
        deadline = time.monotonic() + _RECORD_SECONDS
        while not self._pid_file.exists():
            if time.monotonic() > deadline:
                self._fail("could not be recorded, so it was not started")
            time.sleep(0.005)

    def wait_until(self, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until the process is ready.

        Raises:
            ConfigurationError: it ended, or was not ready in time; the message ends with its log.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if self.pid is None:
                self._fail("ended while it started")
            if time.monotonic() > deadline:
                self._fail(f"was not ready within {seconds:.0f} s")
            time.sleep(0.05)

    def require_running(self) -> None:
        """Check that the process still runs.

        Raises:
            ConfigurationError: it ended; the message ends with its log.
        """
        if self.pid is None:
            self._fail("ended before its work was done")

    def stop(self, *, grace_seconds: float = 30) -> bool:
        """Stop the process and its children, then kill them; False if it did not run.

        Raises:
            ConfigurationError: it belongs to another user, or cannot be killed.
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
        # A handle shows when the process has really ended: its command line vanishes before it releases port and files.
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
    """A process's arguments, read repeatedly: they are empty during ``exec``, and when it has ended."""
    for _ in range(_LOOKS):
        if arguments := Path(f"/proc/{pid}/cmdline").read_text(errors="replace"):
            return arguments
        time.sleep(0.001)
    return ""


def is_zombie(pid: int) -> bool:
    """Whether a process has ended but is not yet reaped."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] == "Z"
