import importlib
import pkgutil
from collections.abc import Mapping
from types import ModuleType
from typing import Any


def declared(package: ModuleType, kind: type) -> Mapping[str, Any]:
    """All objects of a kind in a package, by name."""
    modules = [importlib.import_module(module.name) for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    found = {value.name: value for module in modules for value in vars(module).values() if isinstance(value, kind)}
    return dict(sorted(found.items()))
