"""Recomputes the aggregates in the cells that a release touched.

Touched are the cells that a removed or written row was in, or is in now. A cell is computed from its lines, never from a difference
(docs/adr/0017-aggregates-behind-the-marts.md).
"""

import sqlalchemy as sa

from techmarket.model.star import STAR
from techmarket.model.star_schema import Star
from techmarket.release.steps import plan_for_whole_tables, run_step


def note_what_is_touched(connection: sa.Connection) -> None:
    """Before dimensions and facts change, note the orders that the batch may change, with lines and payments."""
    run_step(connection, "touched/empty")
    run_step(connection, "touched/orders")
    run_step(connection, "touched/moved_products")
    run_step(connection, "touched/before")


def refresh_changed(connection: sa.Connection, star: Star, batch_id: int, *, is_selective: bool) -> None:
    """Recompute the touched cells; of a selective load, the cells of all orders that it read."""
    run_step(connection, "touched/cells", batch_id=batch_id, is_selective=is_selective)
    _refresh(connection, star, is_whole=False)


def refresh_all(connection: sa.Connection, star: Star = STAR) -> None:
    """Recompute all cells."""
    run_step(connection, "touched/empty")
    run_step(connection, "touched/all_cells")
    _refresh(connection, star, is_whole=True)
    run_step(connection, "analyze_aggregates")


def _refresh(connection: sa.Connection, star: Star, *, is_whole: bool) -> None:
    run_step(connection, "touched/analyze")
    span = run_step(connection, "touched/span", is_whole=is_whole).mappings().one()
    for aggregate in star.aggregates:
        run_step(connection, f"{aggregate.name}/refresh", is_whole=is_whole, **span)


def fill_aggregates(connection: sa.Connection, star: Star = STAR) -> bool:
    """Fill empty aggregates of an earlier version; return whether there was anything to fill."""
    is_unfilled: bool = run_step(connection, "touched/is_unfilled").scalar_one()
    if is_unfilled:
        plan_for_whole_tables(connection)
        refresh_all(connection, star)
    return is_unfilled
