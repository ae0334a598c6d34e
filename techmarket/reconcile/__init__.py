"""Compares source and warehouse by hashes of key ranges, down to single rows.

Imports ``load`` and the stages; ``cli``, ``tasks`` and ``flows`` import it.
"""
