"""Loopback ports, equal from start to start."""

import socket
from pathlib import Path

HOST = "127.0.0.1"


def remembered_port(file: Path) -> int:
    """The file's port if free, else a new one."""
    if file.exists() and is_free(port := int(file.read_text())):
        return port
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.write_text(str(port))
    unfinished.rename(file)
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port."""
    with socket.socket() as probe:
        # Like the servers: ignore the last run's closing connections.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
