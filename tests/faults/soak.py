"""Many small loads, some killed, with readers: what grows, and is everything correct?"""

import random
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.faults.load_process import LoadProcess
from tests.faults.shop import FaultedShop, Seen, seen_in

READERS = 50
_LEFT = "SELECT (SELECT count(*) FROM pg_stat_activity WHERE usename = 'techmarket_etl'), pg_database_size(current_database())"
_BETWEEN_LOOKS_SECONDS = 3.0
_ONE_IN = 5
"""One load in this many is killed."""
_CHECKED_EVERY = 25


@dataclass(frozen=True, slots=True)
class Sample:
    seconds: float
    peak_bytes: int
    connections: int
    extract_bytes: int
    docs_bytes: int
    warehouse_bytes: int


@dataclass(frozen=True, slots=True)
class Soak:
    samples: Sequence[Sample]
    killed: int
    looks: int


def soak(shop: FaultedShop, loads: int) -> Soak:
    """Load that many times.

    Raises:
        AssertionError: an unkilled load failed, a reader saw half a release, or an invariant is broken.
    """
    draw, samples, killed = random.Random(0), list[Sample](), 0  # noqa: S311 - changes are drawn, not secrets
    with _readers(shop) as (released, looks):
        for number in range(1, loads + 1):
            shop.change(draw)
            releases = shop.invariants.releases()
            load = shop.start_load()
            if draw.randrange(_ONE_IN) == 0:
                killed += _killed(shop, load, draw)
            else:
                samples.append(_sample(shop, load))
            if shop.invariants.releases() > releases:  # a killed load may have released, or opened no batch
                shop.model.observe(shop.shop, shop.warehouse)
            released.add(shop.seen())
            if number % _CHECKED_EVERY == 0:
                shop.assert_recovered()
                released.add(shop.seen())
    return Soak(samples, killed, sum(looks))


def _killed(shop: FaultedShop, load: LoadProcess, draw: random.Random) -> bool:
    """After a random share of its bytes; False if the load ended first."""
    of_a_load = draw.random() * sum(shop.bytes_of_a_load)
    load.reaches(lambda: shop.source_proxy.carried + shop.warehouse_proxy.carried >= of_a_load)
    load.signal(signal.SIGKILL)
    return load.ended() < 0


def _sample(shop: FaultedShop, load: LoadProcess) -> Sample:
    started, peak = time.monotonic(), 0
    while load.is_alive:
        peak = max(peak, load.peak_bytes)
        time.sleep(0.02)
    seconds = time.monotonic() - started
    assert load.ended() == 0, load.log.read_text()
    with shop.warehouse.connect() as connection:
        sessions, size = connection.exec_driver_sql(_LEFT).one()
    folders = (_bytes_below(Path(shop.settings[name])) for name in ("TECHMARKET_EXTRACT_DIR", "TECHMARKET_DATA_DOCS_DIR"))
    return Sample(seconds, peak, sessions, *folders, size)


def _bytes_below(directory: Path) -> int:
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())


@contextmanager
def _readers(shop: FaultedShop) -> Iterator[tuple[set[Seen], list[int]]]:
    """Readers of facts and marts; yields the released states and each reader's count."""
    released, over = {shop.seen()}, threading.Event()
    looks = [0] * READERS

    def read(reader: int) -> set[Seen]:
        seen = set()
        with shop.session() as session:
            while not over.wait(_BETWEEN_LOOKS_SECONDS):
                seen.add(seen_in(session))
                looks[reader] += 1
        return seen

    with ThreadPoolExecutor(READERS) as pool:
        reading = [pool.submit(read, reader) for reader in range(READERS)]
        try:
            yield released, looks
        finally:
            over.set()
    assert set().union(*(reader.result() for reader in reading)) <= released


def as_markdown(found: Soak) -> str:
    """First and last fifth of the loads."""
    fifth = max(1, len(found.samples) // 5)
    megabytes = 2**20
    lines = (
        ("seconds a load", "seconds", 1.0, ".2f"),
        ("MB of memory at most", "peak_bytes", megabytes, ".0f"),
        ("connections left", "connections", 1.0, ".0f"),
        ("MB of extracts", "extract_bytes", megabytes, ".2f"),
        ("MB of Data Docs", "docs_bytes", megabytes, ".1f"),
        ("MB of warehouse", "warehouse_bytes", megabytes, ".1f"),
    )

    def middle(samples: Sequence[Sample], name: str, unit: float, form: str) -> str:
        return format(median(getattr(sample, name) for sample in samples) / unit, form)

    table = "\n".join(
        f"| {label} | {middle(found.samples[:fifth], name, unit, form)} | {middle(found.samples[-fifth:], name, unit, form)} |"
        for label, name, unit, form in lines
    )
    return (
        f"{len(found.samples) + found.killed:,} small loads in a row, {found.killed:,} of them killed at a random moment, beside {READERS}"
        f" readers: in {found.looks:,} reads\nthey saw whole releases only. Everything was compared after every {_CHECKED_EVERY} loads."
        " Some growth is intended: Data Docs keep 100 loads,\na killed load's extract stays for a day, the ledger has a row a load,"
        " and the shop grows by an order a load, so later loads have more to do.\n\n"
        f"| median of | first fifth | last fifth |\n|---|--:|--:|\n{table}\n"
    )
