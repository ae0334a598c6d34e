import gzip
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from infra.local.mariadb_program import dump_program
from infra.local.servers import LOCAL
from techmarket.extract.dump.directory import CHECKSUMS
from techmarket.model.catalog import CATALOG

CSV = """FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' ESCAPED BY '\\\\'"""
ALL_QUOTED_CSV = """FIELDS TERMINATED BY ',' ENCLOSED BY '"' ESCAPED BY '\\\\'"""


Rows = dict[str, list[bytes]]
"""COPY text of rows by table."""


@dataclass(frozen=True)
class Exporter:
    """Exports an order system into directories below ``target``. The server must run on this machine."""

    admin: sa.Engine
    target: Path

    def outfile(self, fields: str = "", *, suffix: str = ".txt", time_zone: str = "+00:00") -> Path:
        """Each table in one snapshot."""
        directory = self._new_directory()
        place = self._written_to()
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f"SET time_zone = '{time_zone}'")
            connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            for table in CATALOG:
                file = place / f"{secrets.token_hex(8)}.{table}"
                connection.exec_driver_sql(f"SELECT * INTO OUTFILE '{file}' CHARACTER SET utf8mb4 {fields} FROM {table}".replace("%", "%%"))
                shutil.move(file, directory / (table + suffix))
        return checksummed(directory)

    def dump(self, *options: str) -> Path:
        """``mysqldump --single-transaction --tab``."""
        url = self.admin.url
        where = [f"--host={url.host}", f"--port={url.port}", f"--user={url.username}"]
        command = [*dump_program(LOCAL / "packages").command, "--no-defaults", "--single-transaction", *where, *options]

        def write(directory: Path) -> None:
            environment = {**os.environ, "MYSQL_PWD": str(url.password)}
            subprocess.run([*command, f"--tab={directory}", str(url.database)], check=True, env=environment)

        return checksummed(self._collected(write))

    def as_told(self, statements: Sequence[str], *, place: str) -> Path:
        """Output of a page's statements, run in one session; ``place`` is the folder that they name."""

        def write(directory: Path) -> None:
            with self.admin.connect() as connection:
                for statement in statements:
                    connection.exec_driver_sql(statement.replace(place, str(directory)))

        return self._collected(write)

    def column_names(self, table: str) -> list[str]:
        with self.admin.connect() as connection:
            return list(connection.exec_driver_sql(f"SELECT * FROM {table} LIMIT 0").keys())

    def _collected(self, write: Callable[[Path], None]) -> Path:
        """Moves what ``write`` makes in a server-writable directory below ``target``."""
        place, directory = self._written_to() / secrets.token_hex(8), self._new_directory()
        place.mkdir()
        place.chmod(0o777)  # the server may be another user
        write(place)
        for file in place.iterdir():
            shutil.move(file, directory)
        place.rmdir()
        return directory

    def _written_to(self) -> Path:
        with self.admin.connect() as connection:
            place = Path(connection.exec_driver_sql("SELECT @@secure_file_priv").scalar_one())
        assert place.is_dir(), f"the server writes exports to {place}, which is not on this machine: see tests/conftest.py"
        return place

    def _new_directory(self) -> Path:
        directory = self.target / secrets.token_hex(4)
        directory.mkdir(parents=True)
        return directory


def checksummed(directory: Path) -> Path:
    """Adds SHA256SUMS as users do."""
    subprocess.run(f"sha256sum * > {CHECKSUMS}", shell=True, check=True, cwd=directory)  # noqa: S602 - as the runbook says
    return directory


def packed(directory: Path) -> Path:
    for file in directory.glob("*.txt"):
        with gzip.open(f"{file}.gz", "wb") as target:
            target.write(file.read_bytes())
        file.unlink()
    return checksummed(directory)
