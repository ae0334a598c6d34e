import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.local.ports import HOST
from infra.local.servers import LOCAL
from tests.support.browser.chromium import Tab

pytestmark = pytest.mark.browser

SITE = LOCAL / "docs-site"
PAGES = ("index.html", "readme.html", "how-a-load-works.html", "runbook.html", "settings.html", "tutorials/add-a-rule.html")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """The browser records the requests."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    if not (SITE / "index.html").exists():
        pytest.fail("The documentation is not built. Next: make docs.", pytrace=False)
    with ThreadingHTTPServer((HOST, 0), partial(_Quiet, directory=str(SITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_no_other_host_and_fits_a_telephone(page: str, site: str, tab: Tab) -> None:
    tab.resize(390, 844)
    visit = tab.open(f"{site}/{page}")
    assert (visit.failed, visit.console, visit.hosts()) == ([], [], {site.partition("//")[2]})
    assert tab.overflow() == 0


def test_the_search_finds_a_setting(site: str, tab: Tab) -> None:
    tab.resize(1280, 900)
    visit = tab.open(f"{site}/index.html")
    tab.evaluate("document.querySelector('[data-md-component=search-query]').focus()")
    tab.type("TECHMARKET_WATERMARK_OVERLAP")
    tab.wait_for_text("matching document")
    assert "Settings" in tab.text()
    assert visit.hosts() == {site.partition("//")[2]}
