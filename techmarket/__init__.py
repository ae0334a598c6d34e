"""TechMarket's data pipeline: MySQL orders to a PostgreSQL star schema, exact under change and gated by quality rules.

What a script needs is offered here, and imported when it is first used (docs/library.md)::

    from techmarket import CATALOG, Project, connect, load_settings, run_load
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from techmarket import errors
    from techmarket.backfill.run import backfill as run_backfill
    from techmarket.backfill.windows import BackfillRange
    from techmarket.db.addresses import databases as connect
    from techmarket.db.engines import Databases
    from techmarket.load.check import check as run_check
    from techmarket.load.load import import_export as run_import
    from techmarket.load.load import load as run_load
    from techmarket.model.catalog import CATALOG
    from techmarket.model.modes import Mode
    from techmarket.project import LoadRequest, Project
    from techmarket.reconcile.repair import reconcile as run_reconcile
    from techmarket.settings import Settings, load_settings

__version__ = "0.1.0"

__all__ = [
    "CATALOG",
    "BackfillRange",
    "Databases",
    "LoadRequest",
    "Mode",
    "Project",
    "Settings",
    "connect",
    "errors",
    "load_settings",
    "run_backfill",
    "run_check",
    "run_import",
    "run_load",
    "run_reconcile",
]

_OFFERED = {
    "CATALOG": ("model.catalog", "CATALOG"),
    "BackfillRange": ("backfill.windows", "BackfillRange"),
    "Databases": ("db.engines", "Databases"),
    "LoadRequest": ("project", "LoadRequest"),
    "Mode": ("model.modes", "Mode"),
    "Project": ("project", "Project"),
    "Settings": ("settings", "Settings"),
    "connect": ("db.addresses", "databases"),
    "load_settings": ("settings", "load_settings"),
    "run_backfill": ("backfill.run", "backfill"),
    "run_check": ("load.check", "check"),
    "run_import": ("load.load", "import_export"),
    "run_load": ("load.load", "load"),
    "run_reconcile": ("reconcile.repair", "reconcile"),
}


def __getattr__(name: str) -> Any:
    if name == "errors":
        return import_module("techmarket.errors")
    if name not in _OFFERED:
        msg = f"module 'techmarket' has no attribute {name!r}"
        raise AttributeError(msg)
    module, attribute = _OFFERED[name]
    return getattr(import_module(f"techmarket.{module}"), attribute)
