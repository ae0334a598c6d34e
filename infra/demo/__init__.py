"""``make demo``: the pipeline from seed to marts on private servers; writes below ``.local/`` alone.

No other folder of ``infra`` may import it; the end-to-end tests do. It imports ``infra.local``.
"""
