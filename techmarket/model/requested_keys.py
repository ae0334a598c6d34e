"""Rows that an extract looks for by key: one not found is gone from the source.

A row read with its order is requested by its order, under ``orders``; other rows by their own key.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from techmarket.model.catalog import Catalog, Reading

RequestedKeys = Mapping[str, Sequence[int]]
"""Keys by table."""

NOTHING: RequestedKeys = MappingProxyType({})

_ORDERS = "orders"


def requestable_tables(catalog: Catalog) -> frozenset[str]:
    """Every load reads the other tables whole."""
    by_cursor = {table.name for table in catalog.values() if table.reading is Reading.BY_CURSOR}
    return frozenset(by_cursor | {_ORDERS})


def require_requestable(requested_keys: RequestedKeys, catalog: Catalog) -> None:
    """Refuse keys that no extract would look for: their rows would be considered gone.

    Raises:
        ValueError: names the tables.
    """
    unknown = sorted(requested_keys.keys() - requestable_tables(catalog))
    if unknown:
        msg = f"rows of {', '.join(unknown)} cannot be requested by key, only those of {', '.join(sorted(requestable_tables(catalog)))}"
        raise ValueError(msg)
