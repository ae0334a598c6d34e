"""``python -m tests.screenshots``: pictures of the running demo for the README."""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.sorting import FlowRunSort

from infra.local.ports import HOST
from infra.local.servers import LOCAL
from tests.support.browser.chromium import Tab, chromium

IMAGES = Path("docs/images")
LARGEST_BYTES = 250_000
_DEMO = LOCAL / "demo"
_STILL_SECONDS = 4
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Shot:
    """The page, the text to wait for, the window."""

    name: str
    address: str
    awaited: str
    width: int = 1280
    height: int = 800
    prepare: Callable[[Tab], object] = lambda _tab: None


def shots() -> tuple[Shot, ...]:
    prefect, site = (f"http://{HOST}:{(_DEMO / process / 'port').read_text()}" for process in ("prefect-server", "data-docs-site"))
    sales = f"{site}/sales/index.html"
    return (
        Shot("prefect-run", f"{prefect}/runs/flow-run/{_newest_load(prefect)}", "Completed", height=640, prepare=_light),
        Shot("data-docs", f"{site}/index.html", "Rejected rows", prepare=lambda tab: tab.click("tbody a")),
        Shot("sales-report-en", sales, "Revenue", prepare=_speak("en")),
        Shot("sales-report-uk", sales, "Виторг", prepare=_speak("uk")),
    )


def _newest_load(prefect: str) -> str:
    with SyncPrefectClient(f"{prefect}/api") as client:
        loads = client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=["load-warehouse"])), sort=FlowRunSort.START_TIME_DESC, limit=1
        )
        return str(loads[0].id)


def _speak(language: str) -> Callable[[Tab], object]:
    return lambda tab: tab.evaluate(f"document.querySelector('[data-language={language}]').click()")


def _light(tab: Tab) -> None:
    """Prefect's UI starts dark and stores the choice in the browser."""
    tab.evaluate("""localStorage.setItem("color-scheme", '"light"')""")
    tab.open(tab.evaluate("location.href"))


def take(tab: Tab, shot: Shot) -> Path:
    """Waits until nothing moves."""
    tab.resize(shot.width, shot.height)
    tab.open(shot.address)
    shot.prepare(tab)
    tab.wait_for_text(shot.awaited)
    file = IMAGES / f"{shot.name}.png"
    tab.picture(file)
    still_since, deadline = time.monotonic(), time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() - still_since < _STILL_SECONDS:
        if time.monotonic() > deadline:
            sys.exit(f"{shot.address} did not come to rest within {_PATIENCE_SECONDS} s.")
        before = file.read_bytes()
        time.sleep(0.2)
        tab.picture(file)
        if file.read_bytes() != before:
            still_since = time.monotonic()
    return file


def main() -> None:
    """Exits with 1 if a picture is too large."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as profile, chromium(Path(profile)) as tab:
        sizes = {file: file.stat().st_size for file in (take(tab, shot) for shot in shots())}
    for file, size in sizes.items():
        print(f"{file}: {size:,} bytes")
    if max(sizes.values()) > LARGEST_BYTES:
        sys.exit(f"A picture is larger than {LARGEST_BYTES:,} bytes. Next: make its window smaller in tests/screenshots.py.")


if __name__ == "__main__":
    main()
