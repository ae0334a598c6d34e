"""Limits the extracts that read the order system at once."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from prefect.concurrency.sync import concurrency

from techmarket.errors import ConcurrentRunError

READERS_LIMIT = "techmarket-oltp-readers"
"""A concurrency limit; without bootstrap there is none."""

_LONGEST_WAIT = timedelta(minutes=10)


@contextmanager
def reader_slot(*, longest_wait: timedelta = _LONGEST_WAIT) -> Iterator[None]:
    """Hold a slot during the block.

    Raises:
        ConcurrentRunError: none in time. Not retried: the load holds the warehouse.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(concurrency(READERS_LIMIT, timeout_seconds=longest_wait.total_seconds()))
        except TimeoutError as exc:
            msg = (
                f"Prefect's concurrency limit {READERS_LIMIT} was full for {longest_wait}: other extracts read the order system. "
                f"Next: wait for them to end, or raise it: prefect gcl update {READERS_LIMIT} --limit N, then run again."
            )
            raise ConcurrentRunError(msg) from exc
        yield
