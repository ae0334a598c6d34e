"""This machine: private database servers below ``.local/``, and the processes, ports and locks that they need.

The servers need neither root nor a system service, and listen on loopback alone. ``infra.image``, ``infra.stack``, ``infra.demo`` and
``infra.versions`` may import it, and so may the tests. It imports no other folder of ``infra``.
"""
