"""The record of loads: lock, batches, watermarks, migrations. Imports ``db`` and ``model``; the stages after extract may import it."""
