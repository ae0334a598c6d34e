"""Private servers that a test may kill."""

import os
import secrets
import select
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.server import PrivateServer
from infra.local.servers import LOCAL, stop_all


@contextmanager
def own_purpose() -> Iterator[str]:
    """A name for servers, removed after the block. PostgreSQL's user cannot reach pytest's folder."""
    purpose = f"test-{secrets.token_hex(4)}"
    try:
        yield purpose
    finally:
        stop_all(purpose)
        shutil.rmtree(LOCAL / purpose)


def kill(server: PrivateServer) -> None:
    """Like a power failure; returns once the process has ended."""
    pid = server.process.pid
    assert pid is not None
    handle = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    select.select([handle], [], [])
    os.close(handle)
