"""Prepares a warehouse, and checks a load's needs. Imports ``release``, ``extract``, ``ledger``; ``cli`` and ``tasks`` import it."""
