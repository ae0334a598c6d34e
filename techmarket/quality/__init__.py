"""Rules on staged rows, the gate that checks them, and the quarantine. Imports ``ledger``, ``db`` and ``model``."""
