"""Loads as the command line runs them, with all rules and without progress."""

from typing import Any

import sqlalchemy as sa

from expectations import RULES
from techmarket.load.load import LoadResult, load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.settings import Settings


def load_warehouse(source: sa.Engine, warehouse: sa.Engine, settings: Settings, mode: Mode = Mode.FULL, **options: Any) -> LoadResult:
    """Run one load. ``options`` go to the library's ``load``, such as other ``rules``."""
    given: dict[str, Any] = {"rules": RULES, "catalog": CATALOG, "on_progress": lambda _table, _rows, _of: None}
    return load(source, warehouse, mode=mode, settings=settings, **given | options)
