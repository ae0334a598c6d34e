"""Filling an empty fact: its indexes are built when the rows are in, in a fifth of the time that row by row takes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from techmarket.release.steps import run_step

log = logging.getLogger(__name__)

_LOCK_NOT_AVAILABLE = "55P03"


@contextmanager
def indexes_built_last(connection: sa.Connection, fact: str) -> Iterator[None]:
    """Drop the secondary indexes of an empty fact while the block fills it; all in the caller's transaction.

    Readers of the empty fact wait until the transaction ends. If one of them is in the way, the indexes are left alone.
    """
    indexes = run_step(connection, "secondary_indexes", table_name=f"dwh.{fact}").all()
    try:
        with connection.begin_nested():
            for index in indexes:
                connection.exec_driver_sql(index.drop_statement)
    except OperationalError as exc:
        if getattr(exc.orig, "pgcode", None) != _LOCK_NOT_AVAILABLE:  # a lost connection, above all, is no reader in the way
            raise
        log.warning("table=%s is in use; it is filled with its indexes in place", fact)
        indexes = []
    yield
    for index in indexes:
        connection.exec_driver_sql(index.create_statement)
