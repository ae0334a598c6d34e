"""Private database servers below ``.local/``; processes, ports and locks.

Tests and all of ``infra`` but ``infra.docs`` may import it; it imports no other folder.
"""
