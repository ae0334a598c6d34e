"""Versions of the project: checks before a tag, frozen warehouses, lock files and their audit.

A *release* is what a load does; hence the name. No other folder of ``infra`` may import it. It imports ``infra.docs`` and
``infra.local``.
"""
