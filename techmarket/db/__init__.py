"""Both databases: engines, driver errors, deadlines, addresses, the files of ``sql/``. Imports ``model``, ``errors``, ``settings``."""
