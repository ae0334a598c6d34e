"""The project's versions: checks, frozen warehouses, lock files. Loads do the *releases*.

Imports ``infra.docs`` and ``infra.local``. No other folder of ``infra`` imports it.
"""
