"""Warehouse connections that are aborted after a statement's deadline; docs/adr/0022 says why."""

import os
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - classes, whatever the driver calls them
from psycopg2.extensions import cursor as Cursor  # noqa: N812

_LOOK_SECONDS = 0.5


class DeadlineConnection(Connection):
    """A connection whose calls end within ``seconds``; a late one fails and closes the connection."""

    def __init__(self, dsn: str, *, seconds: float) -> None:
        super().__init__(dsn)
        self.seconds = seconds
        self.cursor_factory = _DeadlineCursor

    def commit(self) -> None:
        """Commit within the deadline."""
        with _Deadline(self):
            super().commit()

    def rollback(self) -> None:
        """Roll back within the deadline."""
        with _Deadline(self):
            super().rollback()


class _DeadlineCursor(Cursor):
    connection: DeadlineConnection

    def execute(self, *arguments: Any) -> None:
        with _Deadline(self.connection):
            super().execute(*arguments)

    def executemany(self, *arguments: Any) -> None:
        with _Deadline(self.connection):
            super().executemany(*arguments)

    def copy_expert(self, *arguments: Any) -> None:
        with _Deadline(self.connection):
            super().copy_expert(*arguments)


class _Deadline:
    """The driver waits in C, where no exception or signal reaches it: shutting its socket down does."""

    def __init__(self, connection: DeadlineConnection) -> None:
        self._connection = connection
        self._at = time.monotonic() + connection.seconds
        self._has_passed = False

    def __enter__(self) -> None:
        _watch.add(self)

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None) -> None:
        _watch.remove(self)
        if self._has_passed and isinstance(exc, psycopg2.Error):
            msg = f"no answer within {self._connection.seconds:.0f} s: the back-end or the network on the way to it has stopped"
            raise psycopg2.OperationalError(msg) from exc

    def hang_up_when_passed(self) -> None:
        if not self._has_passed and time.monotonic() >= self._at:
            self._has_passed = True
            with suppress(OSError, psycopg2.Error), socket.socket(fileno=os.dup(self._connection.fileno())) as ours:
                ours.shutdown(socket.SHUT_RDWR)


class _Watch:
    """One thread for all deadlines: starting a thread can hang if memory is short."""

    def __init__(self) -> None:
        self._deadlines = set[_Deadline]()
        self._lock = threading.Lock()
        self._thread = threading.Thread()

    def add(self, deadline: _Deadline) -> None:
        with self._lock:
            self._deadlines.add(deadline)
            if not self._thread.is_alive():  # the first time, and in a process that was forked
                self._thread = threading.Thread(target=self._look, name="statement-deadlines", daemon=True)
                self._thread.start()

    def remove(self, deadline: _Deadline) -> None:
        with self._lock:  # afterwards the socket's number may be reused
            self._deadlines.discard(deadline)

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            with self._lock:
                for deadline in self._deadlines:
                    deadline.hang_up_when_passed()


_watch = _Watch()
