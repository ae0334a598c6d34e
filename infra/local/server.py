"""What both database servers share."""

import logging
import secrets
import shutil
import signal
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from infra.local.locks import exclusive_lock, shared_lock
from infra.local.ports import HOST, remembered_port
from infra.local.processes import BackgroundProcess

logger = logging.getLogger(__name__)


class PrivateServer(ABC):
    """A database server below one directory.

    ``cluster/`` has its name only when complete. Without ``durable`` it does not wait for the disk.
    """

    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        self.directory = directory.resolve()
        self.durable = durable
        self.process = BackgroundProcess(self.directory, mark=str(self.data), stop_signal=self.stop_signal)

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.directory / "cluster" / "data"

    @property
    def _port_file(self) -> Path:
        return self.directory / "port"

    def ensure(self) -> URL:
        """Start the server if necessary, and wait; returns the superuser's address.

        Raises:
            ConfigurationError: it is missing or does not start.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(self.directory / "lock") as lock:
            if self.process.pid is None:
                self._start(lock)
            url = self._superuser(int(self._port_file.read_text()), (self.directory / "cluster" / "password").read_text())
            self.process.wait_until(lambda: self._answers(url))
        return url

    @contextmanager
    def shared(self) -> Iterator[URL]:
        """Use the server in a block; its last user stops it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with shared_lock(self.directory / "users", last_one_out=self.stop):
            yield self.ensure()

    def stop(self) -> bool:
        """Stop it; False if it did not run."""
        return self.process.stop()

    def _start(self, lock: int) -> None:
        if not self.data.exists():
            logger.info("Creating %s", self.directory)
            self._create_cluster(lock)
        port = remembered_port(self._port_file)
        self.process.start(self._start_command(port), lock=lock)
        logger.info("Started %s on %s:%d", self.process.name, HOST, port)

    def _create_cluster(self, lock: int) -> None:
        unfinished = self.directory / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        password = unfinished / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        self._create_data(unfinished, lock)
        unfinished.rename(self.directory / "cluster")

    @abstractmethod
    def _create_data(self, cluster: Path, lock: int) -> None:
        """Fill ``cluster/data``. Programs inherit the lock: this process may be killed."""

    @abstractmethod
    def _start_command(self, port: int) -> Sequence[str]:
        """A foreground command; includes ``data``."""

    @abstractmethod
    def _superuser(self, port: int, password: str) -> URL:
        """The superuser's address."""

    @abstractmethod
    def _answers(self, url: URL) -> bool:
        """Whether the superuser can log in."""
