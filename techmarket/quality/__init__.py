"""Rules, gate and quarantine. Imports ``ledger``, ``db`` and ``model``."""
