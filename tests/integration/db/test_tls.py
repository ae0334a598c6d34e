import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from infra.local.mariadb import MariaDB
from infra.local.servers import LOCAL
from techmarket.db.driver_errors import typed_errors
from techmarket.db.engines import source_engine, warehouse_engine
from techmarket.errors import ConfigurationError
from techmarket.settings import Settings
from tests.support.servers.authority import Authority
from tests.support.servers.worker_servers import SERVERS

SETTINGS = Settings(_env_file=None)
_SSL_REQUEST_BYTES = 8


class EncryptedMariaDB(MariaDB):
    certificate, key = Path(), Path()

    def _start_command(self, port: int) -> Sequence[str]:
        return [*super()._start_command(port), f"--ssl-cert={self.certificate}", f"--ssl-key={self.key}"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("theirs"), "theirs")


@pytest.fixture(scope="module")
def encrypted_source(authority: Authority) -> Iterator[URL]:
    server = EncryptedMariaDB(LOCAL / f"{SERVERS}-tls" / "mariadb", packages=LOCAL / "packages", durable=False)
    server.certificate, server.key = authority.issue()
    with server.shared() as url:
        yield url.set(database="mysql")


@pytest.fixture(scope="module")
def encrypted_warehouse(dwh_server: URL, authority: Authority) -> Iterator[URL]:
    """Behind a TLS proxy, as not every PostgreSQL is built with TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, context, dwh_server), daemon=True).start()
        yield dwh_server.set(host="127.0.0.1", port=listener.getsockname()[1])


def _accept(listener: socket.socket, context: ssl.SSLContext, url: URL) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, context, url), daemon=True).start()


def _serve(client: socket.socket, context: ssl.SSLContext, url: URL) -> None:
    client.recv(_SSL_REQUEST_BYTES)
    client.sendall(b"S")
    with (
        suppress(OSError),
        socket.create_connection((url.host, url.port)) as server,
        context.wrap_socket(client, server_side=True) as inner,
    ):
        inner.settimeout(0.02)
        server.settimeout(0.02)
        while _carried(inner, server) and _carried(server, inner):
            pass


def _carried(one: socket.socket, other: socket.socket) -> bool:
    """Forward waiting bytes; False at the end."""
    try:
        data = one.recv(65536)
    except TimeoutError:
        return True
    other.sendall(data)
    return bool(data)


def connect(engine: sa.Engine, query: str) -> object:
    with typed_errors("Connecting"), engine.connect() as connection:
        return connection.exec_driver_sql(query).fetchone()


def source(url: URL, **options: object) -> sa.Engine:
    return source_engine(url.update_query_dict({name: str(value) for name, value in options.items()}), SETTINGS)


def warehouse(url: URL, **options: object) -> sa.Engine:
    return warehouse_engine(url.update_query_dict({name: str(value) for name, value in options.items()}), SETTINGS)


def test_the_source_is_read_encrypted(encrypted_source: URL, authority: Authority) -> None:
    _, cipher = connect(source(encrypted_source, ssl_ca=authority.ca), "SHOW STATUS LIKE 'Ssl_cipher'")  # type: ignore[misc]
    assert cipher


def test_the_warehouse_is_written_encrypted(encrypted_warehouse: URL, authority: Authority) -> None:
    engine = warehouse(encrypted_warehouse, sslmode="verify-full", sslrootcert=authority.ca)
    with engine.connect() as connection:
        assert connection.connection.dbapi_connection.info.ssl_in_use  # type: ignore[union-attr]
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_a_source_with_a_strangers_certificate_is_refused(encrypted_source: URL, strangers: Authority) -> None:
    with pytest.raises(ConfigurationError, match=r"certificate verify failed.*Next: check the server's certificate, and ssl_ca in"):
        connect(source(encrypted_source, ssl_ca=strangers.ca), "SELECT 1")


def test_a_warehouse_with_a_strangers_certificate_is_refused(encrypted_warehouse: URL, strangers: Authority) -> None:
    with pytest.raises(ConfigurationError, match=r"certificate verify failed.*Next: check the server's certificate, and sslrootcert in"):
        connect(warehouse(encrypted_warehouse, sslmode="verify-ca", sslrootcert=strangers.ca), "SELECT 1")


def test_a_server_without_encryption_is_refused_where_it_is_asked_for(dwh_server: URL, authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(_SSL_REQUEST_BYTES)
                client.sendall(b"N")

        threading.Thread(target=refuse, daemon=True).start()
        url = dwh_server.set(host="127.0.0.1", port=listener.getsockname()[1])
        with pytest.raises(ConfigurationError, match=r"server does not support SSL.*Next: check the server's certificate"):
            connect(warehouse(url, sslmode="verify-ca", sslrootcert=authority.ca), "SELECT 1")


@pytest.mark.parametrize(
    ("engine", "option", "setting"), [(source, "ssl_ca", "TECHMARKET_OLTP_URL"), (warehouse, "sslrootcert", "TECHMARKET_DWH_URL")]
)
def test_a_certificate_that_is_not_there_is_named(engine: Callable[..., sa.Engine], option: str, setting: str) -> None:
    driver = "mysql+pymysql" if engine is source else "postgresql+psycopg2"
    with pytest.raises(ConfigurationError, match=f"{setting} names with {option} the file /nowhere/ca.pem, which is not there. Next: "):
        engine(URL.create(driver, "somebody", "secret", "127.0.0.1", 1, "d"), **{option: "/nowhere/ca.pem"})
