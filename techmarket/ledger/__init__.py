"""What the warehouse knows of its loads: the lock, batches, watermarks, migrations. Imports ``db`` and ``model``."""
