"""A shop with two of everything, followed into its warehouse."""

import pytest
import sqlalchemy as sa

from techmarket.settings import Settings
from tests.integration.change.followed_warehouse import FollowedWarehouse
from tests.integration.small_shop import open_shop, run


@pytest.fixture
def shop(source_admin: sa.Engine) -> sa.Engine:
    """Three paid orders, alike, and a region, employee and product that none of them names."""
    open_shop(source_admin)
    run(
        source_admin,
        "INSERT INTO regions (region_id, name, country) VALUES (2, 'Львівська область', 'Україна')",
        (
            "INSERT INTO employees (employee_id, full_name, position, region_id, hired_at)"
            " VALUES (2, 'Юрій Кравець', 'Продавець', 2, '2025-03-03')"
        ),
        (
            "INSERT INTO products (product_id, sku, name, category_id, unit_cost, list_price, is_active)"
            " VALUES (2, 'CA-1', 'Чохол', 1, 100.00, 250.00, 1)"
        ),
    )
    return source_admin


@pytest.fixture
def followed(shop: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings) -> FollowedWarehouse:
    """The shop's warehouse, loaded once."""
    followed = FollowedWarehouse(shop, source, warehouse, settings)
    followed.load()
    return followed
