"""MySQL or MariaDB programs: installed, else downloaded."""

import logging
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.commands import attempt, find_program, is_root, run
from infra.local.locks import exclusive_lock
from techmarket.errors import ConfigurationError

logger = logging.getLogger(__name__)

_OLDEST = {"MariaDB": (10, 11), "MySQL": (8, 0)}
_SYSTEM_FOLDERS = ("/usr/sbin", "/usr/libexec", "/usr/local/sbin")
# Ubuntu's AppArmor profile confines this program to /var/lib/mysql.
_CONFINED = {Path("/usr/sbin/mysqld"): Path("/etc/apparmor.d/usr.sbin.mysqld")}
_SERVER_PACKAGES = ("mariadb-server-core", "mariadb-client-core")
_DUMP_PACKAGES = ("mariadb-client",)


@dataclass(frozen=True, slots=True)
class Program:
    """A program and its libraries."""

    path: Path
    library_folders: tuple[Path, ...] = ()

    @property
    def command(self) -> list[str]:
        """The start of its command line."""
        libraries = ":".join(map(str, self.library_folders))
        return ["env", f"LD_LIBRARY_PATH={libraries}", str(self.path)] if libraries else [str(self.path)]

    @property
    def prefix(self) -> Path:
        """The folder above its ``share``."""
        return self.path.parent.parent

    def flavour_and_version(self) -> tuple[str, tuple[int, int]]:
        """``MariaDB`` or ``MySQL``, and the version.

        Raises:
            ConfigurationError: it fails.
        """
        said = attempt([*self.command, "--version"]).stdout
        version = re.search(r"Ver (\d+)\.(\d+)", said)
        if version is None:
            msg = f"{self.path} does not run: {said.strip()}. {_REMEDY}"
            raise ConfigurationError(msg)
        return "MariaDB" if "MariaDB" in said else "MySQL", (int(version[1]), int(version[2]))


_REMEDY = (
    "Install the package mariadb-server-core 10.11 or later, and mariadb-client (Fedora: mariadb-server),"
    " or load from a server of your own (docs/set-up.md)."
)


def server_program(packages: Path) -> Program:
    """An installed server if new enough, else downloaded to ``packages``.

    Raises:
        ConfigurationError: neither is possible.
    """
    for name in ("mariadbd", "mysqld"):
        path = find_program(name, *_SYSTEM_FOLDERS)
        if path is None or _CONFINED.get(path, path / "never").exists():
            continue
        flavour, version = Program(path).flavour_and_version()
        if version >= _OLDEST[flavour]:
            return Program(path)
    return _unpacked_program(packages / "mariadb", "usr/sbin/mariadbd", _SERVER_PACKAGES)


def dump_program(packages: Path) -> Program:
    """``mariadb-dump`` or ``mysqldump``, installed or downloaded to ``packages``.

    Raises:
        ConfigurationError: neither is possible.
    """
    found = find_program("mariadb-dump") or find_program("mysqldump")
    return Program(found) if found else _unpacked_program(packages / "mariadb-dump", "usr/bin/mariadb-dump", _DUMP_PACKAGES)


def _unpacked_program(files: Path, name: str, wanted: Sequence[str]) -> Program:
    files.parent.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(files.parent / "lock"):
        if not files.exists():
            logger.info("Downloading MariaDB from the distribution's packages to %s", files)
            unfinished = files.with_name(f"{files.name}.new")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            _download_and_unpack(unfinished, wanted)
            unfinished.rename(files)
    return Program(files / name, (*files.glob("usr/lib/*-linux-gnu*"), *files.glob("lib/*-linux-gnu*")))


def _download_and_unpack(folder: Path, wanted: Sequence[str]) -> None:
    if find_program("apt-get") is None:
        msg = f"No MariaDB 10.11+ or MySQL 8+ was found, and without apt-get its packages cannot be downloaded. {_REMEDY}"
        raise ConfigurationError(msg)
    try:
        if not attempt(["apt-cache", "show", *wanted]).stdout.startswith("Package:") and is_root():
            run(["apt-get", "update", "-q"])
        # apt's sandbox user cannot write to root's folders.
        run(["apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", *wanted, *_missing_dependencies(wanted)], folder=folder)
        for archive in folder.glob("*.deb"):
            run(["dpkg", "-x", archive, folder])
    except ConfigurationError as exc:
        msg = f"No MariaDB 10.11+ or MySQL 8+ was found, and its packages could not be downloaded: {exc}. {_REMEDY}"
        raise ConfigurationError(msg) from exc


def _missing_dependencies(wanted: Sequence[str]) -> list[str]:
    """Never the C library."""
    declared = re.findall(r"^  Depends: (\w\S*)$", run(["apt-cache", "depends", *wanted]), re.MULTILINE)
    installed = run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n"]).splitlines()
    return [package for package in dict.fromkeys(declared) if f"installed {package}" not in installed]
