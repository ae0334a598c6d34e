"""The source at one instant as a sealed extract. Imports ``db`` and ``model``."""
