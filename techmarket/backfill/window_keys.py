"""A window's keys: orders in source and warehouse, and their customers."""

from techmarket.backfill.windows import Window
from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.db.engines import Databases
from techmarket.model.requested_keys import RequestedKeys


def window_keys(databases: Databases, window: Window) -> RequestedKeys:
    """Keys by table. The warehouse alone has a deleted order, the source alone one that moved into the window.

    Read before the extract's snapshot: the next incremental load brings an order that enters in between.
    """
    requested: dict[str, set[int]] = {"orders": set(), "customers": set()}
    with typed_errors("Reading the keys of the window's orders"), databases.source.connect() as connection:
        for order_id, customer_id in sql.run(connection, "backfill/window_orders", start=window.start, end=window.end):
            requested["orders"].add(order_id)
            requested["customers"].add(customer_id)
    with typed_errors("Reading what the warehouse has in the window"), databases.warehouse.connect() as connection:
        for table, key in sql.run(connection, "backfill/window_keys", **window.date_keys):
            requested[table].add(key)
    return {table: sorted(keys) for table, keys in requested.items()}
