"""Prepares a warehouse, and checks everything that a load needs. Imports ``release``, ``extract``, ``ledger``, ``db``, ``model``."""
