import hashlib
from datetime import UTC, datetime

import sqlalchemy as sa

from techmarket.model.catalog import CATALOG

WRONG_TOTALS = """
SELECT o.order_id FROM orders AS o
WHERE o.total_amount
   <> (SELECT SUM(ROUND(i.quantity * i.unit_price * (1 - i.discount), 2)) FROM order_items AS i WHERE i.order_id = o.order_id)
"""
WRONG_PAYMENTS = """
SELECT o.order_id FROM orders AS o
WHERE IF(o.status IN ('new', 'cancelled'), 0, o.total_amount)
   <> (SELECT COALESCE(SUM(p.amount), 0) FROM payments AS p WHERE p.order_id = o.order_id)
"""


def source_clock(source: sa.Engine) -> datetime:
    with source.connect() as connection:
        now: datetime = connection.exec_driver_sql("SELECT UTC_TIMESTAMP(6)").scalar_one()
    return now.replace(tzinfo=UTC)


def let_the_clock_run(source: sa.Engine, seconds: float) -> None:
    """Wait on the order system's clock; the horizon is a second behind it."""
    with source.connect() as connection:
        connection.exec_driver_sql(f"SELECT SLEEP({seconds})")


def fingerprints(engine: sa.Engine) -> dict[str, str]:
    """Digest of each table's rows, in UTC."""
    found = {}
    with engine.connect() as connection:
        connection.exec_driver_sql("SET time_zone = '+00:00'")
        for table in CATALOG.values():
            columns = ", ".join(f"CAST({name} AS CHAR)" for name in table.column_names)
            rows = connection.exec_driver_sql(f"SELECT {columns} FROM {table.name} ORDER BY {table.key}").all()
            found[table.name] = hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
    return found


def count(engine: sa.Engine, query: str) -> int:
    with engine.connect() as connection:
        return len(connection.execute(sa.text(query)).all())
