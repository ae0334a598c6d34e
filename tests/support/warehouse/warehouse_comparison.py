import sqlalchemy as sa

from tests.support.warehouse.aggregates_from_scratch import assert_aggregates_equal
from tests.support.warehouse.warehouse_model import WarehouseModel
from tests.support.warehouse.warehouse_reading import MARTS, PAYMENTS, SALES, by_key, mart

DIMENSIONS = {
    "regions": "SELECT region_id, name, country, is_deleted FROM dwh.dim_region WHERE region_id IS NOT NULL",
    "categories": "SELECT category_id, name, parent_category_id, is_deleted FROM dwh.dim_category WHERE category_id IS NOT NULL",
    "products": """
        SELECT p.product_id, p.sku, p.name, c.category_id, p.unit_cost, p.list_price, p.is_active, p.is_deleted
        FROM dwh.dim_product AS p JOIN dwh.dim_category AS c USING (category_key) WHERE p.product_id IS NOT NULL
    """,
    "customers": """
        SELECT c.customer_id, c.full_name, r.region_id, c.created_at, c.is_deleted
        FROM dwh.dim_customer AS c JOIN dwh.dim_region AS r USING (region_key) WHERE c.customer_id IS NOT NULL
    """,
    "employees": """
        SELECT e.employee_id, e.full_name, e.position, r.region_id, e.hired_at, e.is_deleted
        FROM dwh.dim_employee AS e JOIN dwh.dim_region AS r USING (region_key) WHERE e.employee_id IS NOT NULL
    """,
}


def assert_facts_equal(warehouse: sa.Engine, model: WarehouseModel) -> None:
    """Every measure and member of both facts."""
    assert by_key(warehouse, SALES) == model.sales()
    assert by_key(warehouse, PAYMENTS) == model.payments()


def assert_all_equal(warehouse: sa.Engine, model: WarehouseModel) -> None:
    for table, query in DIMENSIONS.items():
        found = by_key(warehouse, query)
        columns = next(iter(found.values())).keys()
        members = {key: row | {"is_deleted": key in model.deleted[table]} for key, row in model.members[table].items()}
        assert found == {key: {column: row[column] for column in columns} for key, row in members.items()}, table
    assert_facts_equal(warehouse, model)
    assert_aggregates_equal(warehouse)
    for name in MARTS:
        assert mart(warehouse, name) == getattr(model, name)(), name
