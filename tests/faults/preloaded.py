"""Imported once by the fork server; excluded from garbage collection."""

import gc
from importlib import import_module

for library in ("expectations", "techmarket.cli.commands", "techmarket.load.load", "techmarket.quality.gate.run"):
    import_module(library)
gc.freeze()
