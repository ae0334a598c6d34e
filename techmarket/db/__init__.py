"""Access to both databases. Imports ``model`` and ``settings``; every stage may import it."""
