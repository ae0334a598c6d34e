"""A source that looks truncated, or is another one, must not empty or overwrite the warehouse."""

import math

from techmarket.errors import IntegrityError

ALWAYS_BELIEVED = 10
"""Rows that may vanish from any table of which half remains: a share means nothing in a small table."""


def rows_needed(missing: int, max_delete_share: float) -> int | None:
    """Rows a table must have had to believe ``missing`` of them gone; None: no number is enough."""
    by_share = math.ceil(missing / max_delete_share) if max_delete_share else None
    if missing > ALWAYS_BELIEVED:
        return by_share
    return min(2 * missing, by_share or 2 * missing)


def require_believable(target: str, *, missing: int, rows: int, max_delete_share: float) -> None:
    """Refuse to remove or replace too many rows of a warehouse table.

    Raises:
        IntegrityError: more than ``max_delete_share``, and than a small table may always lose.
    """
    needed = rows_needed(missing, max_delete_share)
    if needed is None or rows < needed:
        msg = (
            f"{target}: the source has lost or replaced {missing} of {rows} rows; a load may lose {max_delete_share:.2%} of a table"
            " (TECHMARKET_MAX_DELETE_SHARE). Nothing was changed."
            " Next: check that the source is whole, and the right one; if the deletion is meant, load again with mass deletion allowed."
        )
        raise IntegrityError(msg)
