"""``make demo``: the pipeline on private servers; writes below ``.local/`` alone.

Imports ``infra.local``. Only the end-to-end tests import it.
"""
