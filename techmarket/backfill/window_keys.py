"""What a window asks for: the orders that the source has in it, those that the warehouse has in it, and their customers."""

from techmarket.backfill.windows import Window
from techmarket.db import sql
from techmarket.db.driver_errors import typed_errors
from techmarket.db.engines import Databases
from techmarket.model.requested_keys import RequestedKeys


def window_keys(databases: Databases, window: Window) -> RequestedKeys:
    """The keys by table. An order that was deleted at the source, or that moved between windows, is in one of the two.

    Read before the extract's snapshot: an order that comes into the window in between is left to the load that follows the source.
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
