"""What the fork server of the loads imports once for all, and keeps from the garbage collector, which would look through it in each."""

import gc
from importlib import import_module

for library in ("expectations", "techmarket.cli.commands", "techmarket.load.load", "techmarket.quality.gate.run"):
    import_module(library)
gc.freeze()
