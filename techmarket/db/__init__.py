"""Access to both databases. Imports ``model``, ``errors``, ``settings``."""
