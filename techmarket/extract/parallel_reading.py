"""Reads whole tables over several connections."""

from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context

from techmarket.extract.page_reader import KeyRange, PageReader
from techmarket.model.catalog import Table

_KEY_RANGES_A_READER = 4


def read_whole(tables: Iterable[Table], readers: Sequence[PageReader]) -> None:
    """Read with one thread a reader; the first failure stops all.

    Raises:
        TechMarketError: the first failure.
    """
    wanted = _KEY_RANGES_A_READER * len(readers) if len(readers) > 1 else 1
    waiting = deque(key_range for table in tables for key_range in readers[0].key_ranges(table, wanted))
    with ThreadPoolExecutor(len(readers), thread_name_prefix="reading") as pool:
        # In this thread's context, to which the progress display may belong.
        others = [pool.submit(copy_context().run, _read_what_waits, waiting, reader, readers) for reader in readers[1:]]
        try:
            _read_what_waits(waiting, readers[0], readers)
            for other in others:
                other.result()
        except BaseException:  # Ctrl-C too: do not wait for a silent server
            for reader in readers:
                reader.break_off()
            raise


def _read_what_waits(waiting: deque[KeyRange], reader: PageReader, readers: Sequence[PageReader]) -> None:
    while key_range := _next_of(waiting):
        try:
            reader.read_key_range(key_range)
        except BaseException:
            for other in readers:
                other.stop()
            raise


def _next_of(waiting: deque[KeyRange]) -> KeyRange | None:
    with suppress(IndexError):  # nothing is left
        return waiting.popleft()
    return None
