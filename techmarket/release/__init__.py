"""Releases a checked batch into ``dwh``. Imports ``quality``, ``extract.sealed``, ``ledger``, ``db``."""
