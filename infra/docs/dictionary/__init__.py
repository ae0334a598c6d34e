"""``docs/data-dictionary.md``: meaning, unit and origin of every table and column of stg and dwh.

Meanings are the ``COMMENT ON`` statements of ``sql/postgres`` (those of stg come from the catalogue); units and origins are in
:mod:`.lineage`.
"""

from infra.docs.dictionary.markdown import render_dictionary

__all__ = ["render_dictionary"]
