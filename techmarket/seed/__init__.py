"""Makes an order system to try the pipeline on: schema, reading user, sample, seeded history and later changes."""

from techmarket.seed.schema import READER, create_reader, create_schema, load_sample

__all__ = ["READER", "create_reader", "create_schema", "load_sample"]
