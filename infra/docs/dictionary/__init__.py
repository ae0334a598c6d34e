"""``docs/data-dictionary.md``: columns of stg and dwh.

Meanings come from ``COMMENT ON`` in ``sql/postgres``, units and origins from :mod:`.lineage`.
"""

from infra.docs.dictionary.markdown import render_dictionary

__all__ = ["render_dictionary"]
