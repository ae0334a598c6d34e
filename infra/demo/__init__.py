"""``make demo``: the pipeline on private servers; writes below ``.local/`` alone.

Imports ``infra.local``. No other folder of ``infra`` imports it; tests may.
"""
