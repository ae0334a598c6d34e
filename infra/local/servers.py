"""This checkout's private servers."""

import shutil
from pathlib import Path

from infra.local.mariadb import MariaDB
from infra.local.postgres import Postgres
from infra.local.processes import BackgroundProcess

LOCAL = Path(__file__).resolve().parents[2] / ".local"


def private_servers(name: str, *, durable: bool = True) -> tuple[MariaDB, Postgres]:
    """Both servers below ``.local/<name>``."""
    mariadb = MariaDB(LOCAL / name / "mariadb", packages=LOCAL / "packages", durable=durable)
    return mariadb, Postgres(LOCAL / name / "postgres", durable=durable)


def stop_all(name: str) -> list[str]:
    """Stop all of ``.local/<name>``, youngest first; returns their names."""
    return [process.name for process in BackgroundProcess.recorded_below(LOCAL / name) if process.stop()]


def remove_all() -> list[str]:
    """Stop all processes of ``.local`` and remove it; returns their names."""
    stopped = [name for folder in LOCAL.glob("*/") for name in stop_all(folder.name)]
    shutil.rmtree(LOCAL, ignore_errors=True)
    return stopped
