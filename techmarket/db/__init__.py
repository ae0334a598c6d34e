"""Both databases: engines, driver errors, deadlines, addresses and the files of ``sql/``. Imports ``model``, ``errors``, ``settings``."""
