"""Copies a sealed extract into ``stg``. Imports ``extract.sealed``, ``ledger``, ``db`` and ``model``."""
