"""The record of loads: lock, batches, watermarks, migrations. Imports ``db`` and ``model``."""
