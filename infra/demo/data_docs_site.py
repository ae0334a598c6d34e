"""A web server on loopback for the Data Docs, so that links in artifacts open."""

import sys
from pathlib import Path

from infra.local.ports import HOST, remembered_port
from infra.local.processes import BackgroundProcess


class DataDocsSite:
    """Serves one directory; the port stays the same from run to run."""

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
