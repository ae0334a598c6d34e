"""Runs statements as written: a ``%`` is not doubled."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

SOLD_IN_SOURCE = """
SELECT SUM(ROUND(i.quantity * i.unit_price * (1 - i.discount), 2))
FROM order_items i JOIN orders o USING (order_id)
WHERE o.status IN ('paid', 'shipped', 'delivered')
"""
_AS_WRITTEN = {"no_parameters": True}


def run(engine: sa.Engine, *statements: str) -> None:
    """Commit statements in one transaction."""
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement, execution_options=_AS_WRITTEN)


def rows(engine: sa.Engine, statement: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement, execution_options=_AS_WRITTEN)]


def column(engine: sa.Engine, statement: str) -> list[Any]:
    """The first column of the rows."""
    return [row[0] for row in rows(engine, statement)]


def value(where: sa.Engine | sa.URL, statement: str) -> Any:
    """The first value of a statement, or None. Commits."""
    engine = where if isinstance(where, sa.Engine) else sa.create_engine(where, poolclass=NullPool)
    with engine.begin() as connection:
        result = connection.exec_driver_sql(statement, execution_options=_AS_WRITTEN)
        return result.scalar() if result.returns_rows else None
