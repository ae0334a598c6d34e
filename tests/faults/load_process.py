"""``techmarket load`` as a process that a test watches by its log.

A fork server imports the libraries once (``preloaded.py``).
"""

import faulthandler
import logging
import multiprocessing
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.preloaded"])
_LOOK_SECONDS = 0.001
_LONGEST_LOAD = 900.0
"""Seconds; for loads over a slow line."""
_DUMP_SECONDS = 1.0


class LoadProcess:
    def __init__(self, log: Path, settings: Mapping[str, str], *, full: bool = False) -> None:
        self.log = log
        log.touch()
        command = ["techmarket", "-v", "load", *(["--full"] if full else [])]
        self._process = _CONTEXT.Process(target=_run, args=(command, str(log), dict(settings)))
        self._process.start()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    @property
    def peak_bytes(self) -> int:
        """0 after the end."""
        with suppress(FileNotFoundError, ProcessLookupError):
            status = Path(f"/proc/{self.pid}/status").read_text()
            return sum(int(kilobytes) for kilobytes in re.findall(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)) * 1024
        return 0

    def says(self, phase: str) -> bool:
        return bool(re.search(phase, self.log.read_text(), re.MULTILINE))

    def reaches(self, moment: Callable[[], bool]) -> bool:
        """False if the load ends first."""
        deadline = time.monotonic() + _LONGEST_LOAD
        while not moment():
            if not self.is_alive:
                return moment()
            assert time.monotonic() < deadline, f"the load never came so far:\n{self.log.read_text()}"
            time.sleep(_LOOK_SECONDS)
        return True

    def signal(self, number: signal.Signals) -> None:
        if self.is_alive:
            os.kill(self.pid, number)

    def ended(self) -> int:
        """Wait for the exit code, negative for a signal. Kills a hanging load, and fails."""
        self._process.join(_LONGEST_LOAD)
        if self.is_alive:
            self.signal(signal.SIGUSR1)
            self._process.join(_DUMP_SECONDS)
            self._process.kill()
            self._process.join()
            msg = f"the load did not end within {_LONGEST_LOAD:.0f} s:\n{self.log.read_text()}"
            raise AssertionError(msg)
        return self._process.exitcode or 0


def _run(command: list[str], log: str, settings: dict[str, str]) -> None:
    """Logs the output and the steps of the release."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    faulthandler.register(signal.SIGUSR1)  # shows where a load hangs
    os.environ.update(settings)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # children of a background suite ignore Ctrl-C
    sys.argv = command
    logging.getLogger("techmarket.db.sql").setLevel(logging.DEBUG)

    from techmarket.cli import main

    main()
