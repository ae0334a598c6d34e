"""The steps of a release, each a file below ``sql/postgres/release``."""

import logging
import time
from typing import Any

import sqlalchemy as sa

from techmarket.sql_files import read_sql

log = logging.getLogger(__name__)

RECOGNISED_STATUSES = ("paid", "shipped", "delivered")
"""Statuses in which an order's lines are sales."""


def run_step(connection: sa.Connection, step: str, **values: object) -> sa.CursorResult[Any]:
    """Run one step, named as in ``dim_region/merge``, in the caller's transaction; every step may bind ``recognised``."""
    started = time.monotonic()
    statement = sa.text(read_sql(f"postgres/release/{step}.sql"))
    result = connection.execute(statement, {"recognised": list(RECOGNISED_STATUSES), **values})
    log.debug("step=%s rows=%d seconds=%.2f batch=%s", step, result.rowcount, time.monotonic() - started, values.get("batch_id"))
    return result
