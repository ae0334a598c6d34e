"""TechMarket's data pipeline: MySQL orders to a PostgreSQL star schema, exact under change and gated by quality rules."""

__version__ = "0.1.0"
