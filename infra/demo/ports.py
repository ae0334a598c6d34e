"""Free ports that stay the same from one start to the next, so that an open browser page finds its server again."""

import socket
from pathlib import Path

from infra.local.server import HOST


def remembered_port(file: Path) -> int:
    """The port written in the file while nobody else took it, else a free one, which is then written there."""
    if not file.exists() or not _is_free(port := int(file.read_text())):
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = int(probe.getsockname()[1])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: a connection of the last run that is still closing down does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
