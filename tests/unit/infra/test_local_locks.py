from pathlib import Path
from threading import Thread

import pytest

from infra.local.locks import exclusive_lock
from tests.support.waiting import wait_until


def take(file: Path) -> None:
    with exclusive_lock(file):
        pass


def test_a_taken_lock_is_waited_for_and_the_wait_is_announced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    second = Thread(target=take, args=(tmp_path / "lock",), daemon=True)
    with exclusive_lock(tmp_path / "lock"):
        second.start()
        wait_until(lambda: caplog.messages, seconds=10)
        assert caplog.messages == [f"Waiting for another process that uses {tmp_path}"]
        assert second.is_alive()
    second.join(10)
    assert not second.is_alive()


def test_a_free_lock_is_taken_without_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    take(tmp_path / "lock")
    assert caplog.messages == []
