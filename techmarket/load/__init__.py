"""The order of a load's steps, however it runs. Imports all stages; ``backfill``, ``reconcile``, ``cli``, ``tasks``, ``flows`` import it."""
