"""A loopback web server for the Data Docs."""

import sys
from pathlib import Path

from infra.local.ports import HOST, remembered_port
from infra.local.processes import BackgroundProcess


class DataDocsSite:
    """Serves one directory, always on the same port."""

    def __init__(self, directory: Path) -> None:
        self.pages = directory.resolve() / "data-docs"
        self._process = BackgroundProcess(directory.resolve() / "data-docs-site", mark=str(self.pages))

    def start(self) -> str:
        """Serve an empty folder; returns its address."""
        self._process.stop()
        self.pages.mkdir(parents=True, exist_ok=True)
        port = str(remembered_port(self._process.directory / "port"))
        self._process.start([sys.executable, "-m", "http.server", "--bind", HOST, "--directory", str(self.pages), port])
        return f"http://{HOST}:{port}"

    def stop(self) -> None:
        """Stop serving."""
        self._process.stop()
