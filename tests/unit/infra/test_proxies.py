import http.server
import threading
import urllib.request
from collections.abc import Iterator

import httpx
import pytest

from infra.local.ports import HOST
from infra.local.proxies import bypass_proxies


@pytest.fixture
def server() -> Iterator[str]:
    with http.server.HTTPServer((HOST, 0), http.server.SimpleHTTPRequestHandler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{served.server_port}/"
        served.shutdown()


@pytest.mark.parametrize("no_proxy", ["", "intranet.example"])
def test_a_server_of_this_machine_is_reached_whatever_proxy_is_set(server: str, no_proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, no_proxy)
    with pytest.raises(httpx.ConnectError):
        httpx.get(server)
    bypass_proxies()
    assert httpx.get(server).status_code == 200
    with urllib.request.urlopen(server) as response:  # noqa: S310 - the address is our own
        assert response.status == 200
