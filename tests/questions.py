"""Questions to the databases of a deployed pipeline, asked as their administrator or their analyst would."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

SOLD_IN_SOURCE = """
SELECT SUM(ROUND(i.quantity * i.unit_price * (1 - i.discount), 2))
FROM order_items i JOIN orders o USING (order_id)
WHERE o.status IN ('paid', 'shipped', 'delivered')
"""


def value(url: URL, statement: str) -> Any:
    """First value that a statement returns."""
    with sa.create_engine(url, poolclass=NullPool).begin() as connection:
        result = connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        return result.scalar() if result.returns_rows else None
