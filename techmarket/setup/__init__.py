"""Prepares a warehouse, and examines everything that a load needs. Imports ``release``, ``extract``, ``ledger``, ``db``, ``model``."""
