"""Makes an order system to try the pipeline on: schema, reading user, sample, seeded history and later changes."""

from techmarket.seed.history import SeedSummary, generate
from techmarket.seed.schema import READER, create_reader, create_schema, load_sample

__all__ = ["READER", "SeedSummary", "create_reader", "create_schema", "generate", "load_sample"]
