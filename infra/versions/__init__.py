"""Versions of the project: the checks before a tag, the frozen warehouses of earlier versions, lock files and their audit.

In this project *release* means what a load does with its batch; hence the name. No other folder of ``infra`` may import it. It imports
``infra.docs`` and ``infra.local``.
"""
