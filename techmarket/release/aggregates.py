"""The aggregates behind the marts: made anew from the facts, cell by cell, where a release touched them.

Touched are the cells that a removed or written row was in, or is in now. A cell is computed from its lines, never from a difference, so one
that was wrong is right again once anything touches it (docs/adr/0017-aggregates-behind-the-marts.md).
"""

import sqlalchemy as sa

from techmarket.release.steps import plan_for_whole_tables, run_step

AGGREGATES = (
    "agg_sales_daily",
    "agg_category_daily",
    "agg_sales_monthly",
    "agg_orders_daily",
    "agg_product_monthly",
    "agg_payments_monthly",
)
"""In the order of filling: the daily cells of sales come before those that are summed from them."""


def note_what_is_touched(connection: sa.Connection) -> None:
    """Note, before dimensions and facts change, the orders that a staged batch may change, and their lines and payments as they are."""
    run_step(connection, "touched/empty")
    run_step(connection, "touched/orders")
    run_step(connection, "touched/moved_products")
    run_step(connection, "touched/before")


def refresh_changed(connection: sa.Connection, batch_id: int, *, is_selective: bool) -> None:
    """Make anew the cells that the batch's changes of the facts touch; of a selective load, the cells of all orders that it read."""
    run_step(connection, "touched/cells", batch_id=batch_id, is_selective=is_selective)
    _refresh(connection, is_whole=False)


def refresh_all(connection: sa.Connection) -> None:
    """Make all cells anew, after a load that read all orders."""
    run_step(connection, "touched/empty")
    run_step(connection, "touched/all_cells")
    _refresh(connection, is_whole=True)
    run_step(connection, "analyze_aggregates")


def _refresh(connection: sa.Connection, *, is_whole: bool) -> None:
    run_step(connection, "touched/analyze")
    span = run_step(connection, "touched/span", is_whole=is_whole).mappings().one()
    for aggregate in AGGREGATES:
        run_step(connection, f"{aggregate}/refresh", is_whole=is_whole, **span)


def fill_aggregates(connection: sa.Connection) -> bool:
    """Fill the aggregates of a warehouse that an earlier version loaded; returns whether there was anything to fill."""
    is_unfilled: bool = run_step(connection, "touched/is_unfilled").scalar_one()
    if is_unfilled:
        plan_for_whole_tables(connection)
        refresh_all(connection)
    return is_unfilled
