"""Runs the files below ``sql/postgres/release``."""

from typing import Any

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.model.statuses import RECOGNISED_STATUSES

_PLANNING = {
    "work_mem": "256MB",  # of each sort and hash
    "jit": "off",
    # By default a worker's row is so expensive that one process computes all aggregates.
    "parallel_tuple_cost": "0.01",
    # Memoize looks each touched month and product up by index, which is slower: none repeats.
    "enable_memoize": "off",
}


def plan_for_whole_tables(connection: sa.Connection) -> None:
    """Memory and workers for a full load."""
    for name, value in _PLANNING.items():
        connection.execute(sa.select(sa.func.set_config(name, value, True)))  # noqa: FBT003 - the third: for the transaction


def plan_for_changes(connection: sa.Connection) -> None:
    """Look up by index the few rows of a routine load.

    PostgreSQL's default assumes a seek for each page found by index, and so reads whole facts.
    """
    connection.execute(sa.select(sa.func.set_config("random_page_cost", "1.1", True)))  # noqa: FBT003 - as above


def run_step(connection: sa.Connection, step: str, **values: object) -> sa.CursorResult[Any]:
    """Run a step such as ``dim_region/merge`` in the caller's transaction; every step may bind ``recognised``."""
    return sql.run(connection, f"release/{step}", recognised=list(RECOGNISED_STATUSES), **values)
