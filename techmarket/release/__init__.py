"""Releases a checked batch into ``dwh`` in one transaction, and proves it. Imports ``quality``, ``extract.sealed``, ``ledger``, ``db``."""
