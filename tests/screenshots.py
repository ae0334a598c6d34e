"""``python -m tests.screenshots``: pictures of what ``make demo`` left up, for the README; ``make screenshots`` runs both."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.sorting import FlowRunSort

from infra.local.ports import HOST
from infra.local.servers import LOCAL
from tests.e2e.chromium import Tab, chromium

IMAGES = Path("docs/images")
LARGEST_BYTES = 250_000
"""A page with four pictures should open at once."""
_DEMO = LOCAL / "demo"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the page, what must be seen on it before it is taken, and the window."""

    name: str
    address: str
    awaited: str
    width: int = 1280
    height: int = 800
    prepare: Callable[[Tab], object] = lambda _tab: None


def shots() -> tuple[Shot, ...]:
    """The pictures, of the demo's newest load."""
    prefect, site = (f"http://{HOST}:{(_DEMO / process / 'port').read_text()}" for process in ("prefect-server", "data-docs-site"))
    sales = f"{site}/sales/index.html"
    return (
        Shot("prefect-run", f"{prefect}/runs/flow-run/{_newest_load(prefect)}", "Completed", height=720),
        Shot("data-docs", f"{site}/index.html", "Loads"),
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


def take(tab: Tab, shot: Shot) -> Path:
    """Take one picture, once the page is complete."""
    tab.resize(shot.width, shot.height)
    tab.open(shot.address)
    shot.prepare(tab)
    tab.wait_for_text(shot.awaited)
    # Twice a frame after fonts and pictures are there: charts and the graph of a run are drawn by then.
    tab.evaluate("document.fonts.ready.then(() => new Promise(done => setTimeout(done, 1500)))")
    file = IMAGES / f"{shot.name}.png"
    tab.picture(file)
    return file


def main() -> None:
    """Take all of them; ends with 1 where one is too large."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as profile, chromium(Path(profile)) as tab:
        sizes = {file: file.stat().st_size for file in (take(tab, shot) for shot in shots())}
    for file, size in sizes.items():
        print(f"{file}: {size:,} bytes")
    if max(sizes.values()) > LARGEST_BYTES:
        sys.exit(f"A picture is larger than {LARGEST_BYTES:,} bytes. Next: make its window smaller in tests/screenshots.py.")


if __name__ == "__main__":
    main()
