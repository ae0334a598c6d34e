"""A TCP proxy between a load and a database, transparent by default."""

import socket
import struct
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

_CHUNK = 16 * 1024
_RESET = struct.pack("ii", 1, 0)
"""close sends RST instead of FIN."""


@dataclass(slots=True)
class Snare:
    """Waits on each new connection for client chunks with these texts, in order."""

    texts: tuple[bytes, ...]
    passed: float
    """Share of the last chunk that the server gets. Below 1 the connection is dropped at the end."""
    sprung: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    def holds(self, data: bytes, server: socket.socket) -> bool:
        """Spring the snare; True at the end if the connection was held."""
        server.sendall(data[: round(len(data) * self.passed)])
        self.sprung = True
        if self.passed < 1:
            self.over.wait()
        return self.passed < 1


class Proxy:
    """Forwards bytes both ways, with the faults in its attributes."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self.carried = 0
        """Bytes in both directions since the last reset to 0."""
        self._carry_all()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def behave(self) -> None:
        """End all faults. Breaks connections that lost bytes."""
        if self.swallows or self.stalls:
            self.reset()
        if self.snare:
            self.snare.over.set()
        self._carry_all()

    def _carry_all(self) -> None:
        self.delay_seconds = 0.0
        self.bytes_a_second: int | None = None
        self.swallows = False
        self.stalls = False
        self.cut_after: int | None = None
        self.snare: Snare | None = None

    def reset(self) -> None:
        """Break all connections at once."""
        for pair in list(self._pairs):
            for end in pair:
                with suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    end.shutdown(socket.SHUT_RD)
                end.close()

    def close(self) -> None:
        self._listener.close()
        self.reset()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(self._server)
                except OSError:
                    client.close()
                    continue
                threading.Thread(target=self._serve, args=(client, server), daemon=True).start()

    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        pair = (client, server)
        self._pairs.append(pair)
        with client, server:
            back = threading.Thread(target=self._carry, args=(server, client), daemon=True)
            back.start()
            self._carry(client, server, self.snare)
            back.join()
        self._pairs.remove(pair)

    def _carry(self, one: socket.socket, other: socket.socket, snare: Snare | None = None) -> None:
        awaited = deque(snare.texts if snare and not snare.sprung else ())
        with suppress(OSError):
            while data := one.recv(_CHUNK):
                self._keep_waiting(data)
                if self.swallows:
                    continue
                if self._cuts(data):
                    self.reset()
                    return
                if awaited and awaited[0] in data:
                    awaited.popleft()
                if not snare or awaited or snare.sprung:
                    other.sendall(data)
                elif snare.holds(data, other):
                    break
        if not self.swallows:  # else the connection stays half open
            with suppress(OSError):
                other.shutdown(socket.SHUT_WR)

    def _keep_waiting(self, data: bytes) -> None:
        time.sleep(self.delay_seconds + (len(data) / self.bytes_a_second if self.bytes_a_second else 0))
        while self.stalls:
            time.sleep(0.01)
        self.carried += len(data)

    def _cuts(self, data: bytes) -> bool:
        if self.cut_after is None:
            return False
        self.cut_after -= len(data)
        return self.cut_after < 0
