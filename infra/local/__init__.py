"""Private database servers below ``.local/``, on loopback, without root; and processes, ports and locks of this machine.

All of ``infra`` but ``infra.docs`` may import it, and so may the tests. It imports no other folder of ``infra``.
"""
