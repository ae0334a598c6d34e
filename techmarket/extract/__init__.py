"""The source at one instant as a sealed extract. Imports ``db`` and ``model``; stages may import ``extract.sealed``, ``load`` all of it."""
