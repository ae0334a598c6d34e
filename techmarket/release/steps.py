"""The steps of a release, each a file below ``sql/postgres/release``."""

from typing import Any

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.model.statuses import RECOGNISED_STATUSES

_PLANNING = {
    "work_mem": "256MB",  # of each sort and hash
    "jit": "off",
    # A worker's row costs as much as ten of a scan by default: then the aggregates of three million lines are made by one process.
    "parallel_tuple_cost": "0.01",
    # With it, each of thousands of touched months and products was looked up by index, none of them twice: 3.0 s in place of 1.6 s.
    "enable_memoize": "off",
}


def plan_for_whole_tables(connection: sa.Connection) -> None:
    """Have the transaction's steps planned for the memory and the workers that a full load needs."""
    for name, value in _PLANNING.items():
        connection.execute(sa.select(sa.func.set_config(name, value, True)))  # noqa: FBT003 - the third: for the transaction


def plan_for_changes(connection: sa.Connection) -> None:
    """Have the transaction's further steps look up by index what little a routine load touches.

    PostgreSQL takes it that a page found by index is read from a disk that seeks, and read all three million lines for the eighteenth
    that a thousand orders touched.
    """
    connection.execute(sa.select(sa.func.set_config("random_page_cost", "1.1", True)))  # noqa: FBT003 - as above


def run_step(connection: sa.Connection, step: str, **values: object) -> sa.CursorResult[Any]:
    """Run one step, named as in ``dim_region/merge``, in the caller's transaction; every step may bind ``recognised``."""
    return sql.run(connection, f"release/{step}", recognised=list(RECOGNISED_STATUSES), **values)
