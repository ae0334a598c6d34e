"""The requested keys, for statements in the warehouse."""

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.model.requested_keys import RequestedKeys


def write_requested_keys(connection: sa.Connection, requested_keys: RequestedKeys) -> None:
    """Replace ``stg.asked_keys``, in the caller's transaction."""
    connection.exec_driver_sql("TRUNCATE stg.asked_keys")
    for table, keys in requested_keys.items():
        # One literal: the driver would write a list as an expression of a million terms.
        sql.run(connection, "staging/write_asked_keys", table_name=table, keys=f"{{{','.join(map(str, keys))}}}")
    connection.exec_driver_sql("ANALYZE stg.asked_keys")
