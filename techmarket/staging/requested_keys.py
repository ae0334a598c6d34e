"""The requested keys, for statements in the warehouse."""

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.model.requested_keys import RequestedKeys


def write_requested_keys(connection: sa.Connection, requested_keys: RequestedKeys) -> None:
    """Replace ``stg.requested_keys``, in the caller's transaction."""
    connection.exec_driver_sql("TRUNCATE stg.requested_keys")
    for table, keys in requested_keys.items():
        # One literal: the driver would write a list as an expression of a million terms.
        sql.run(connection, "staging/write_requested_keys", table_name=table, keys=f"{{{','.join(map(str, keys))}}}")
    connection.exec_driver_sql("ANALYZE stg.requested_keys")
