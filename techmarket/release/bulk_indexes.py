"""Fills an empty fact before its indexes are built."""

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
    """Drop an empty fact's secondary indexes while the block fills it, in the caller's transaction.

    The indexes stay if a reader holds a lock.
    """
    indexes = run_step(connection, "secondary_indexes", table_name=f"dwh.{fact}").all()
    try:
        with connection.begin_nested():
            for index in indexes:
                connection.exec_driver_sql(index.drop_statement)
    except OperationalError as exc:
        if getattr(exc.orig, "pgcode", None) != _LOCK_NOT_AVAILABLE:  # any other error, such as a lost connection
            raise
        log.warning("table=%s is in use; it is filled with its indexes in place", fact)
        indexes = []
    yield
    for index in indexes:
        connection.exec_driver_sql(index.create_statement)
