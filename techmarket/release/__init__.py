"""Releases a checked batch. Imports ``quality``, ``extract.sealed``, ``ledger``, ``db``; ``publish`` and ``load`` may import it."""
