"""Releases a checked batch into ``dwh``. Imports ``quality``, ``extract.sealed``, ``ledger``, ``db``; ``publish`` and ``load`` may import it."""
