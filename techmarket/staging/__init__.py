"""Copies extracts into ``stg``. Imports ``extract.sealed``, ``ledger``, ``db`` and ``model``."""
