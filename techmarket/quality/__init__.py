"""Rules, gate and quarantine. Imports ``ledger``, ``db``, ``model``; ``release`` and what follows may import it."""
