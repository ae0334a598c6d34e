import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local import processes
from infra.local.processes import BackgroundProcess
from techmarket.errors import ConfigurationError
from tests.support.waiting import wait_until

IGNORES_SIGTERM = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)"


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[BackgroundProcess]:
    process = BackgroundProcess(tmp_path / "sleeper", mark=str(tmp_path))
    yield process
    process.stop(grace_seconds=0)


def start(process: BackgroundProcess, code: str = "import time; time.sleep(600)") -> int:
    process.start([sys.executable, "-c", code, process.mark])
    assert process.pid is not None
    return process.pid


def log_says(process: BackgroundProcess, words: str) -> Callable[[], bool]:
    return lambda: words in process.log_file.read_text()


def test_process_leads_a_session_of_its_own_so_that_it_outlives_the_shell(sleeper: BackgroundProcess) -> None:
    pid = start(sleeper)
    assert os.getsid(pid) == pid != os.getsid(0)


def test_process_is_found_again_by_its_folder_alone_and_stopped(sleeper: BackgroundProcess, tmp_path: Path) -> None:
    pid = start(sleeper)
    found = list(BackgroundProcess.recorded_below(tmp_path))
    assert found == [sleeper]
    assert found[0].pid == pid
    assert found[0].stop()
    assert sleeper.pid is None


def test_stopping_what_does_not_run_says_so(sleeper: BackgroundProcess) -> None:
    assert not sleeper.stop()


def test_a_process_id_that_passed_to_another_program_is_left_alone(sleeper: BackgroundProcess, tmp_path: Path) -> None:
    pid = start(sleeper)
    stranger = BackgroundProcess(tmp_path / "stranger", mark="no argument holds this")
    stranger.directory.mkdir()
    (stranger.directory / "pid").write_text(f"{pid}\n{stranger.mark}\n15\n")
    assert not stranger.stop()
    assert sleeper.pid == pid


def test_a_process_that_ignores_sigterm_is_killed_after_the_grace(sleeper: BackgroundProcess) -> None:
    start(sleeper, IGNORES_SIGTERM)
    sleeper.wait_until(log_says(sleeper, "ready"))
    assert sleeper.stop(grace_seconds=0.2)
    assert sleeper.pid is None


def test_a_process_that_outlives_its_kill_is_an_error_and_not_forgotten(
    sleeper: BackgroundProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = start(sleeper)
    monkeypatch.setattr(processes, "_KILL_SECONDS", 0.1)
    monkeypatch.setattr(os, "killpg", lambda *_: None)
    with pytest.raises(ConfigurationError, match=rf"\(process {pid}\) was killed but did not end"):
        sleeper.stop(grace_seconds=0.1)
    assert sleeper.pid == pid


def test_a_process_gets_the_signal_it_was_declared_with(tmp_path: Path) -> None:
    process = BackgroundProcess(tmp_path / "sleeper", mark=str(tmp_path), stop_signal=signal.SIGINT)
    start(process, "import time\nprint('ready', flush=True)\ntry:\n  time.sleep(600)\nexcept KeyboardInterrupt:\n  print('interrupted')")
    process.wait_until(log_says(process, "ready"))
    process.stop()
    assert log_says(process, "interrupted")()


def test_what_a_process_started_ends_with_it(sleeper: BackgroundProcess) -> None:
    start(
        sleeper, "import subprocess, time; print('child', subprocess.Popen(['sleep', '600']).pid, 'started', flush=True); time.sleep(600)"
    )
    sleeper.wait_until(log_says(sleeper, "started"))
    child = Path("/proc", sleeper.log_file.read_text().split()[1], "cmdline")
    assert child.read_text() == "sleep\x00600\x00"
    sleeper.stop()
    # It got the signal together with its parent, and may need a moment longer.
    wait_until(lambda: not is_there(child), seconds=10)


def is_there(command_line: Path) -> bool:
    """The entry of an ended process is empty or disappears while it is read."""
    try:
        return command_line.read_text() != ""
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_end_of_the_log_is_shown_when_a_process_ends_while_it_starts(sleeper: BackgroundProcess) -> None:
    sleeper.start([sys.executable, "-c", "raise SystemExit('no such luck')", sleeper.mark])
    with pytest.raises(ConfigurationError, match=r"(?s)sleeper ended while it started.*no such luck"):
        sleeper.wait_until(lambda: False)


def test_the_end_of_the_log_is_shown_when_a_process_ends_before_its_work_is_done(sleeper: BackgroundProcess) -> None:
    start(sleeper, "import time; print('so far so good', flush=True); time.sleep(600)")
    sleeper.wait_until(log_says(sleeper, "so far so good"))
    sleeper.require_running()
    sleeper.stop()
    with pytest.raises(ConfigurationError, match=r"(?s)sleeper ended before its work was done.*so far so good"):
        sleeper.require_running()


def test_a_process_that_is_not_ready_in_time_is_an_error(sleeper: BackgroundProcess) -> None:
    start(sleeper)
    with pytest.raises(ConfigurationError, match="not ready within 0 s"):
        sleeper.wait_until(lambda: False, seconds=0.1)


def test_a_process_that_cannot_be_recorded_is_not_started(sleeper: BackgroundProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_RECORD_SECONDS", 0.2)
    (sleeper.directory / "pid.new").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match=r"(?s)could not be recorded.*pid\.new"):
        sleeper.start([sys.executable, "-c", "print('started')", sleeper.mark])
    assert "started" not in sleeper.log_file.read_text().splitlines()
