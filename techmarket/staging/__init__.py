"""Copies extracts into ``stg``. Imports ``extract.sealed``, ``ledger``, ``db``; ``load`` may import it."""
