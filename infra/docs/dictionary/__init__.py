"""The data dictionary, ``docs/data-dictionary.md``: what every table and column of stg and dwh means, its unit, and where it comes from.

Meanings are written once, as ``COMMENT ON`` in ``sql/postgres`` (of stg: in the catalogue); units and lineage in :mod:`.lineage`.
"""

from infra.docs.dictionary.markdown import render_dictionary

__all__ = ["render_dictionary"]
