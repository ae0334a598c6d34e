"""A practice order system. Imports ``db`` and ``model``; ``cli``, the demo and tests import it."""

from techmarket.seed.changes import ChangeSummary, change_source
from techmarket.seed.history import History, SeedSummary, generate
from techmarket.seed.schema import READER, create_reader, create_schema, load_sample

__all__ = [
    "READER",
    "ChangeSummary",
    "History",
    "SeedSummary",
    "change_source",
    "create_reader",
    "create_schema",
    "generate",
    "load_sample",
]
