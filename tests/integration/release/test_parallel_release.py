import pytest
import sqlalchemy as sa

from techmarket.db.sql import read_sql
from techmarket.model.star import STAR
from techmarket.model.statuses import RECOGNISED_STATUSES

OVER_WHOLE_TABLES = (
    "fact_sales/remove",
    "fact_sales/merge",
    "fact_payments/remove",
    "fact_payments/merge",
    *(f"{aggregate.name}/refresh" for aggregate in STAR.aggregates),
    "certificate/orders",
    "certificate/order_items",
    "certificate/payments",
    "certificate/fact_sales",
    "certificate/fact_payments",
)
BINDS = {
    "recognised": list(RECOGNISED_STATUSES),
    "batch_id": 1,
    "first_key": 20260101,
    "last_key": 20261231,
    "middle_day": 20260615,
    "middle_month": 202606,
}


@pytest.mark.parametrize("is_whole", [True, False], ids=["of everything", "of changes"])
@pytest.mark.parametrize("step", OVER_WHOLE_TABLES)
def test_workers_take_part_where_that_pays(step: str, *, is_whole: bool, warehouse: sa.Engine) -> None:
    reading, _, _ = read_sql(f"postgres/release/{step}.sql").partition(";\n")
    with warehouse.begin() as connection:
        connection.exec_driver_sql("SET LOCAL force_parallel_mode = on")  # forced wherever it is allowed
        plan = connection.execute(sa.text(f"EXPLAIN {reading}"), {**BINDS, "is_whole": is_whole}).scalars().all()
    assert any("Gather" in line for line in plan)
