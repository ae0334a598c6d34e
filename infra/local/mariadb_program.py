"""Which MySQL-protocol server program to run: the machine's own, else MariaDB from the distribution's packages, unpacked."""

import logging
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from infra.local.commands import attempt, find_program, is_root, run
from infra.local.locks import exclusive_lock
from techmarket.errors import ConfigurationError

logger = logging.getLogger(__name__)

_OLDEST = {"MariaDB": (10, 11), "MySQL": (8, 0)}
_SYSTEM_FOLDERS = ("/usr/sbin", "/usr/libexec", "/usr/local/sbin")
# Ubuntu's AppArmor profile lets this program see /var/lib/mysql only.
_CONFINED = {Path("/usr/sbin/mysqld"): Path("/etc/apparmor.d/usr.sbin.mysqld")}
_PACKAGES = ("mariadb-server-core", "mariadb-client-core")


@dataclass(frozen=True, slots=True)
class ServerProgram:
    """A server program with the folders of the libraries that only it needs."""

    path: Path
    library_folders: tuple[Path, ...] = ()

    @property
    def command(self) -> list[str]:
        """How its command line begins."""
        libraries = ":".join(map(str, self.library_folders))
        return ["env", f"LD_LIBRARY_PATH={libraries}", str(self.path)] if libraries else [str(self.path)]

    @property
    def prefix(self) -> Path:
        """The folder that holds its ``share``."""
        return self.path.parent.parent

    def flavour_and_version(self) -> tuple[str, tuple[int, int]]:
        """MariaDB or MySQL, and its version.

        Raises:
            ConfigurationError: it does not run here, such as for want of a library.
        """
        said = attempt([*self.command, "--version"]).stdout
        version = re.search(r"Ver (\d+)\.(\d+)", said)
        if version is None:
            msg = f"{self.path} does not run: {said.strip()}. {_REMEDY}"
            raise ConfigurationError(msg)
        return "MariaDB" if "MariaDB" in said else "MySQL", (int(version[1]), int(version[2]))


_REMEDY = "Install the package mariadb-server-core 10.11 or later (Fedora: mariadb-server), or load from a server of your own (README.md)."


def server_program(packages: Path) -> ServerProgram:
    """The first program of this machine that is new enough, else the one below ``packages``, downloaded if need be.

    Raises:
        ConfigurationError: there is none and none can be downloaded.
    """
    for name in ("mariadbd", "mysqld"):
        path = find_program(name, *_SYSTEM_FOLDERS)
        if path is None or _CONFINED.get(path, path / "never").exists():
            continue
        flavour, version = ServerProgram(path).flavour_and_version()
        if version >= _OLDEST[flavour]:
            return ServerProgram(path)
    return _unpacked_program(packages)


def _unpacked_program(packages: Path) -> ServerProgram:
    files = packages / "mariadb"
    packages.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(packages / "lock"):
        if not files.exists():
            logger.info("Downloading MariaDB from the distribution's packages to %s", files)
            unfinished = packages / "mariadb.new"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            _download_and_unpack(unfinished)
            unfinished.rename(files)
    return ServerProgram(files / "usr/sbin/mariadbd", (*files.glob("usr/lib/*-linux-gnu*"), *files.glob("lib/*-linux-gnu*")))


def _download_and_unpack(folder: Path) -> None:
    if find_program("apt-get") is None:
        msg = f"No MariaDB 10.11+ or MySQL 8+ server was found, and without apt-get its packages cannot be downloaded. {_REMEDY}"
        raise ConfigurationError(msg)
    try:
        if not attempt(["apt-cache", "show", *_PACKAGES]).stdout.startswith("Package:") and is_root():
            run(["apt-get", "update", "-q"])
        # The sandbox user of apt cannot write to the folders of root.
        run(["apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", *_PACKAGES, *_missing_dependencies()], folder=folder)
        for archive in folder.glob("*.deb"):
            run(["dpkg", "-x", archive, folder])
    except ConfigurationError as exc:
        msg = f"No MariaDB 10.11+ or MySQL 8+ server was found, and its packages could not be downloaded: {exc}. {_REMEDY}"
        raise ConfigurationError(msg) from exc


def _missing_dependencies() -> list[str]:
    """What the packages depend on and this machine lacks: the C library must stay the machine's own."""
    declared = re.findall(r"^  Depends: (\w\S*)$", run(["apt-cache", "depends", *_PACKAGES]), re.MULTILINE)
    installed = run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n"]).splitlines()
    return [package for package in dict.fromkeys(declared) if f"installed {package}" not in installed]
