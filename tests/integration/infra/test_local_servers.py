import multiprocessing
import secrets
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL
from sqlalchemy.exc import OperationalError

from infra.local import postgres
from infra.local.server import PrivateServer
from infra.local.servers import private_servers
from tests.support.queries import value
from tests.support.servers.own_servers import kill, own_purpose
from tests.support.waiting import wait_until


@pytest.fixture
def name() -> Iterator[str]:
    with own_purpose() as purpose:
        yield purpose


@pytest.fixture(params=[0, 1], ids=["mariadb", "postgres"])
def server(request: pytest.FixtureRequest, name: str) -> PrivateServer:
    return private_servers(name)[request.param]


def test_a_running_server_is_found_again(server: PrivateServer) -> None:
    url, pid = server.ensure(), server.process.pid
    assert (server.ensure(), server.process.pid) == (url, pid)


def test_a_server_listens_on_loopback_only(server: PrivateServer) -> None:
    port = f":{server.ensure().port:04X}"
    sockets = [line.split() for table in ("tcp", "tcp6") for line in Path("/proc/net", table).read_text().splitlines()]
    listening = [fields[1] for fields in sockets if fields[1].endswith(port) and fields[3] == "0A"]
    assert listening == [f"0100007F{port}"]


def test_a_server_lets_nobody_in_without_the_password_and_nobody_else_can_read_it(server: PrivateServer) -> None:
    url = server.ensure()
    with pytest.raises(OperationalError):
        value(url.set(password=secrets.token_hex()), "SELECT 1")
    assert {stat.S_IMODE(file.stat().st_mode) for file in server.directory.glob("cluster/*") if file.is_file()} == {0o600}


def test_a_mariadb_that_starts_cannot_delete_a_neighbours_temporary_tables(mariadb_server: URL) -> None:
    temporary, data = (Path(str(value(mariadb_server, f"SELECT @@{folder}"))) for folder in ("tmpdir", "datadir"))
    assert temporary.parent == data.parent


def test_committed_rows_outlive_kill_9_and_a_stop(server: PrivateServer) -> None:
    url = server.ensure()
    schema = "" if url.database else "mysql."
    value(url, f"CREATE TABLE {schema}kept (n int PRIMARY KEY)")
    value(url, f"INSERT INTO {schema}kept VALUES (7)")
    kill(server)
    assert server.ensure() == url
    assert server.stop()
    assert value(server.ensure(), f"SELECT n FROM {schema}kept") == 7


def test_a_server_whose_port_was_taken_moves_to_another(server: PrivateServer) -> None:
    port = server.ensure().port
    server.stop()
    with socket.create_server(("127.0.0.1", port or 0)):
        moved = server.ensure()
        assert moved.port != port
        assert value(moved, "SELECT 1") == 1


@pytest.mark.parametrize("moment", ["cluster.new", "cluster.new/data", "cluster", "pid"])
def test_a_set_up_killed_at_any_moment_is_completed_by_the_next(server: PrivateServer, moment: str) -> None:
    starter = multiprocessing.get_context("spawn").Process(target=server.ensure)
    starter.start()
    wait_until((server.directory / moment).exists, between=0.001)
    starter.kill()
    starter.join()
    assert value(server.ensure(), "SELECT 1") == 1


def test_the_last_of_several_users_stops_the_server(server: PrivateServer) -> None:
    with server.shared() as url:
        with server.shared():
            pass
        assert value(url, "SELECT 1") == 1
    assert server.process.pid is None


def test_the_wheels_postgres_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_newest_of_this_machine", lambda: None)
    _, server = private_servers(name)
    with server.shared() as url:
        assert str(value(url, "SHOW server_version")).startswith("18.")
