import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from techmarket.errors import TransientError
from techmarket.extract import snapshot
from techmarket.extract.live import ExtractRequest, extract
from techmarket.extract.page_reader import KeyRange, PageReader
from techmarket.extract.sealed import SealedExtract, new_extract_id
from techmarket.extract.snapshot import open_snapshot
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import Project
from techmarket.settings import Settings
from tests.support.progress import Counting
from tests.support.queries import run
from tests.support.shop.small_shop import keys, open_shop, writing

ORDERS = range(1, 301)
ADD_A_CENT = "UPDATE orders SET total_amount = total_amount + 0.01 WHERE order_id = 1"


@pytest.fixture
def shop(source_admin: sa.Engine) -> sa.Engine:
    """With 300 orders."""
    open_shop(source_admin, orders=ORDERS)
    return source_admin


@pytest.fixture
def three_at_once(settings: Settings) -> Settings:
    """Every table of orders has many pages and parts."""
    return settings.model_copy(update={"source_connections": 3, "page_rows": 10, "part_bytes": 2**16})


def read(source: sa.Engine, settings: Settings, **given: Any) -> SealedExtract:
    return extract(source, ExtractRequest(Mode.FULL, {}, {}), extract_id=new_extract_id(), project=Project(CATALOG, (), settings), **given)


def totals(source: sa.Engine, settings: Settings) -> list[str]:
    """A sum as each connection of a snapshot sees it."""
    with open_snapshot(source, settings, connections=3) as opened:
        return [str(each.exec_driver_sql("SELECT sum(total_amount) FROM orders").scalar_one()) for each in opened.connections]


@pytest.mark.usefixtures("shop")
def test_three_connections_read_every_row_once_and_as_one_does(source: sa.Engine, settings: Settings, three_at_once: Settings) -> None:
    readers: set[str] = set()
    sealed = read(source, three_at_once, progress=Counting(lambda *_: readers.add(threading.current_thread().name)))
    alone = read(source, settings)
    assert sealed.manifest.tables == alone.manifest.tables
    assert {table: sorted(keys(sealed, table)) for table in CATALOG} == {table: keys(alone, table) for table in CATALOG}
    assert len(readers) == 3


def test_keys_far_apart_are_read_too(shop: sa.Engine, source: sa.Engine, three_at_once: Settings) -> None:
    far = [-(2**63), -1, 2**63 - 1]
    run(shop, *(f"INSERT INTO payments (payment_id, order_id, method, paid_at, amount) VALUES ({key}, 1, 'cash', NOW(), 1)" for key in far))
    assert sorted(keys(read(source, three_at_once), "payments")) == sorted([*ORDERS, *far])


@pytest.mark.usefixtures("shop")
def test_a_quiet_source_is_read_over_all_connections_at_one_instant(source: sa.Engine, settings: Settings) -> None:
    assert len(totals(source, settings)) == 3


def test_no_connection_sees_a_commit_that_another_one_missed(
    shop: sa.Engine, source: sa.Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, begun = snapshot._begin_on, count()

    def begin_after_a_commit(session: sa.Connection) -> None:
        if next(begun) == 2:  # the first one looks for writers, then begins, before the second one does
            run(shop, ADD_A_CENT)
        begin(session)

    monkeypatch.setattr(snapshot, "_begin_on", begin_after_a_commit)
    seen = totals(source, settings)
    assert (len(seen), len(set(seen))) == (3, 1)


def test_they_agree_while_another_session_commits_again_and_again(shop: sa.Engine, source: sa.Engine, settings: Settings) -> None:
    with committing(shop):
        assert [len(set(totals(source, settings))) for _ in range(3)] == [1, 1, 1]


def test_beside_an_open_writer_one_connection_reads_and_a_warning_says_so(
    shop: sa.Engine, source: sa.Engine, three_at_once: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(shop, ADD_A_CENT):
        sealed = read(source, three_at_once)
    assert sorted(keys(sealed, "orders")) == list(ORDERS)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        "the order system is read over one connection, not over 3: it is written to all the time, or the reader lacks PROCESS"
    ]


def test_without_process_one_connection_reads(shop: sa.Engine, source: sa.Engine, settings: Settings) -> None:
    run(shop, f"REVOKE PROCESS ON *.* FROM '{source.url.username}'@'%'")
    assert len(totals(source, settings)) == 1


def test_a_connection_that_breaks_ends_the_extract_as_a_whole(shop: sa.Engine, source: sa.Engine, three_at_once: Settings) -> None:
    def kill_another(_table: str, _rows: int, _of: int) -> None:
        with shop.connect() as connection:
            sessions = "SELECT id FROM information_schema.processlist WHERE user = %s ORDER BY id DESC"
            for session in connection.exec_driver_sql(sessions, (str(source.url.username),)).scalars().all()[:1]:
                connection.exec_driver_sql(f"KILL {session}")

    with pytest.raises(TransientError):
        read(source, three_at_once, progress=Counting(kill_another))
    assert nothing_is_left(three_at_once)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("connections", [1, 3])
def test_a_defect_in_a_reader_is_never_taken_for_the_end(
    source: sa.Engine, three_at_once: Settings, monkeypatch: pytest.MonkeyPatch, connections: int
) -> None:
    def broken(_reader: PageReader, _key_range: KeyRange) -> None:
        raise IndexError

    monkeypatch.setattr(PageReader, "read_key_range", broken)
    with pytest.raises(IndexError):
        read(source, three_at_once.model_copy(update={"source_connections": connections}))
    assert nothing_is_left(three_at_once)


@pytest.mark.usefixtures("shop")
def test_an_interrupt_ends_all_readers_at_once(source: sa.Engine, three_at_once: Settings) -> None:
    def interrupt_the_main_thread(_table: str, _rows: int, _of: int) -> None:
        if threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(source, three_at_once, progress=Counting(interrupt_the_main_thread))
    assert nothing_is_left(three_at_once)


def nothing_is_left(settings: Settings) -> bool:
    return not any(settings.extract_dir.iterdir()) and not any(thread.name.startswith("reading") for thread in threading.enumerate())


@contextmanager
def committing(shop: sa.Engine) -> Iterator[None]:
    is_done = threading.Event()

    def commit() -> None:
        with shop.connect() as connection:
            while not is_done.wait(0.001):
                connection.exec_driver_sql(ADD_A_CENT)
                connection.commit()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(commit)
        try:
            yield
        finally:
            is_done.set()
            writing.result()
