"""The private servers by purpose."""

import shutil
from pathlib import Path

from infra.local.mariadb import MariaDB
from infra.local.postgres import Postgres
from infra.local.processes import BackgroundProcess

LOCAL = Path(__file__).resolve().parents[2] / ".local"


def private_servers(name: str, *, durable: bool = True) -> tuple[MariaDB, Postgres]:
    """The order system's server and the warehouse's, below ``.local/<name>``; without ``durable`` quicker, until the machine fails."""
    mariadb = MariaDB(LOCAL / name / "mariadb", packages=LOCAL / "packages", durable=durable)
    return mariadb, Postgres(LOCAL / name / "postgres", durable=durable)


def stop_all(name: str) -> list[str]:
    """Stop whatever runs below ``.local/<name>``, the youngest first.

    Returns:
        The names of the processes that ran.
    """
    return [process.name for process in BackgroundProcess.recorded_below(LOCAL / name) if process.stop()]


def remove_all() -> list[str]:
    """Stop whatever runs below ``.local`` and remove it, data and downloaded packages included.

    Returns:
        The names of the processes that ran.
    """
    stopped = [name for folder in LOCAL.glob("*/") for name in stop_all(folder.name)]
    shutil.rmtree(LOCAL, ignore_errors=True)
    return stopped
