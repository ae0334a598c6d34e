"""The guard against mass deletion: a source that looks truncated must not empty the warehouse."""

import math

from techmarket.errors import IntegrityError

ALWAYS_BELIEVED = 10
"""Rows that may vanish at once from any table of which half remains: a small share of a small table would be nothing."""


def rows_needed(missing: int, max_delete_share: float) -> int | None:
    """How many rows a table must have had for ``missing`` of them to be believed gone; None: no number is enough."""
    by_share = math.ceil(missing / max_delete_share) if max_delete_share else None
    if missing > ALWAYS_BELIEVED:
        return by_share
    return min(2 * missing, by_share or 2 * missing)


def require_believable(target: str, *, missing: int, rows: int, max_delete_share: float) -> None:
    """Refuse to remove ``missing`` of the ``rows`` of a warehouse table because the source no longer has them.

    Raises:
        IntegrityError: they are more than ``max_delete_share``, and more than a small table may always lose.
    """
    needed = rows_needed(missing, max_delete_share)
    if needed is None or rows < needed:
        msg = (
            f"{target}: the source no longer has {missing} of {rows} rows; a load may lose {max_delete_share:.2%} of a table"
            " (TECHMARKET_MAX_DELETE_SHARE). Nothing was changed."
            " Next: check that the source is whole; if the deletion is meant, load again with mass deletion allowed."
        )
        raise IntegrityError(msg)
