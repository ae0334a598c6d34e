"""A private MariaDB or MySQL server."""

from collections.abc import Sequence
from pathlib import Path

import pymysql
from sqlalchemy import URL

from infra.local.commands import is_root, run
from infra.local.mariadb_program import Program, server_program
from infra.local.ports import HOST
from infra.local.server import PrivateServer

# In the order of mariadb-install-db; MariaDB 11 renamed the files.
_BOOTSTRAP_FILES = (
    "*_system_tables.sql",
    "*_performance_tables.sql",
    "*_system_tables_data.sql",
    "maria_add_gis_sp_bootstrap.sql",
    "*_sys_schema.sql",
)
_KYIV = "EET-2EEST,M3.5.0/3,M10.5.0/4"
"""Europe/Kyiv without tzdata, to reveal mixed-up zones."""
_BOOTSTRAP_BEGINNING = "CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n"


class MariaDB(PrivateServer):
    """The order system's server; superuser ``root``. ``SELECT … INTO OUTFILE`` writes to ``@@secure_file_priv``."""

    def __init__(self, directory: Path, *, packages: Path, durable: bool = True) -> None:
        super().__init__(directory, durable=durable)
        self.packages = packages.resolve()

    def _create_data(self, cluster: Path, lock: int) -> None:
        data = cluster / "data"
        data.mkdir()
        (cluster / "files").mkdir()
        _write_login(cluster)
        program = server_program(self.packages)
        flavour, _ = program.flavour_and_version()
        if flavour == "MySQL":
            run([*_base_command(program, data), "--initialize-insecure"], keep_open=[lock])
        else:
            run([*_base_command(program, data), "--bootstrap"], stdin=_bootstrap_sql(program), keep_open=[lock])

    def _start_command(self, port: int) -> Sequence[str]:
        return [
            "env",
            f"TZ={_KYIV}",
            *_base_command(server_program(self.packages), self.data),
            f"--port={port}",
            f"--bind-address={HOST}",
            # Relative: a socket's path is limited to 107 bytes.
            "--socket=socket",
            f"--init-file={self.data.parent / 'login.sql'}",
            f"--secure-file-priv={self.data.parent / 'files'}",
            "--skip-name-resolve",
            "--skip-log-bin",
            "--loose-mysqlx=OFF",
            "--character-set-server=utf8mb4",
            "--innodb-buffer-pool-size=512M",
            "--loose-innodb-log-file-size=256M",
            f"--innodb-flush-log-at-trx-commit={2 if self.durable else 0}",
        ]

    def _superuser(self, port: int, password: str) -> URL:
        return URL.create("mysql+pymysql", "root", password, HOST, port)

    def _answers(self, url: URL) -> bool:
        try:
            pymysql.connect(host=HOST, port=url.port or 0, user=url.username, password=str(url.password)).close()
        except pymysql.OperationalError:
            return False
        return True


def _base_command(program: Program, data: Path) -> list[str]:
    user = ["--user=root"] if is_root() else []
    # One for each server: at its start, a server deletes temporary tables, even a running neighbour's.
    temporary = data.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    return [*program.command, "--no-defaults", f"--basedir={program.prefix}", f"--datadir={data}", f"--tmpdir={temporary}", *user]


def _write_login(cluster: Path) -> None:
    """Run at each start, one statement a line: root logs in by password."""
    password = (cluster / "password").read_text()
    login = cluster / "login.sql"
    login.touch(mode=0o600)
    login.write_text(
        f"ALTER USER root@localhost IDENTIFIED BY '{password}';\n"
        f"CREATE USER IF NOT EXISTS root@'{HOST}';\n"
        f"ALTER USER root@'{HOST}' IDENTIFIED BY '{password}';\n"
        f"GRANT ALL ON *.* TO root@'{HOST}' WITH GRANT OPTION;\n"
    )


def _bootstrap_sql(program: Program) -> str:
    share = next((program.prefix / "share").glob("m*/maria_add_gis_sp_bootstrap.sql")).parent
    return _BOOTSTRAP_BEGINNING + "".join(next(share.glob(pattern)).read_text() for pattern in _BOOTSTRAP_FILES)
