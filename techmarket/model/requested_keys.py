"""Asked keys: rows that an extract looks for by their keys, so that one it does not find is gone from the source.

An incremental load asks for the rows in quarantine, a selective one for nothing but what it is given. Rows of an order are
asked for by their order, under ``orders``; rows of a table read by its cursor by their own key.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from techmarket.model.catalog import Catalog, Reading

RequestedKeys = Mapping[str, Sequence[int]]
"""Keys by table."""

NOTHING: RequestedKeys = MappingProxyType({})

_ORDERS = "orders"


def requestable_tables(catalog: Catalog) -> frozenset[str]:
    """The tables whose rows can be asked for; of the others every row is read by every load."""
    by_cursor = {table.name for table in catalog.values() if table.reading is Reading.BY_CURSOR}
    return frozenset(by_cursor | {_ORDERS})


def require_requestable(asked: RequestedKeys, catalog: Catalog) -> None:
    """Refuse keys that no extract would look for: their rows would be taken for gone.

    Raises:
        ValueError: names the tables.
    """
    unknown = sorted(asked.keys() - requestable_tables(catalog))
    if unknown:
        msg = f"rows of {', '.join(unknown)} cannot be asked for by key, only those of {', '.join(sorted(requestable_tables(catalog)))}"
        raise ValueError(msg)
