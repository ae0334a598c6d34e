"""Free ports of the loopback that stay the same from one start to the next, so that addresses noted elsewhere stay right."""

import socket
from pathlib import Path

HOST = "127.0.0.1"


def remembered_port(file: Path) -> int:
    """The port written in the file while nobody else took it, else a free one, which is then written there."""
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
    """Whether a server could listen on a port of the loopback."""
    with socket.socket() as probe:
        # As the servers do: a connection of the last run that is still closing down does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
