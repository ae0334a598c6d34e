"""The warehouse's record of its loads: lock, batches, watermarks, migrations. Imports ``db`` and ``model``."""
