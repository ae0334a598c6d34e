"""``docs/data-dictionary.md``: meaning, unit and origin of every column of stg and dwh.

Meanings are ``COMMENT ON`` statements of ``sql/postgres``; units and origins are in :mod:`.lineage`.
"""

from infra.docs.dictionary.markdown import render_dictionary

__all__ = ["render_dictionary"]
