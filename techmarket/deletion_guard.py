"""The guard against mass deletion: a source that looks truncated must not empty the warehouse."""

import math

from techmarket.errors import IntegrityError

ALWAYS_BELIEVED = 10
"""Rows that may vanish from a table however small, as long as half of it remains: one per cent of a small table is nothing."""


def rows_needed(missing: int, max_delete_share: float) -> int | None:
    """How many rows a table must have had for ``missing`` of them to be believed gone; None: no number is enough."""
    if missing <= ALWAYS_BELIEVED:
        return 2 * missing if max_delete_share < 0.5 else missing
    return math.ceil(missing / max_delete_share) if max_delete_share else None


def require_believable(target: str, *, missing: int, rows: int, max_delete_share: float) -> None:
    """Refuse a load that would remove too much of a warehouse table because the source no longer has it.

    Raises:
        IntegrityError: more than ``max_delete_share`` of ``rows`` are ``missing``, and more than a small table may always lose.
    """
    needed = rows_needed(missing, max_delete_share)
    if needed is None or rows < needed:
        msg = (
            f"{target}: the source no longer has {missing} of {rows} rows; at most {max_delete_share:.2%} may vanish in one load"
            " (TECHMARKET_MAX_DELETE_SHARE). Nothing was changed."
            " Next: check that the source is whole; if the deletion is meant, load again with mass deletion allowed."
        )
        raise IntegrityError(msg)
