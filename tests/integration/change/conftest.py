"""A shop with two of everything, followed into its warehouse."""

import pytest
import sqlalchemy as sa

from techmarket.settings import Settings
from tests.integration.change.followed_warehouse import FollowedWarehouse, open_shop_of_two


@pytest.fixture
def shop(source_admin: sa.Engine) -> sa.Engine:
    """The shop, as its administrator."""
    open_shop_of_two(source_admin)
    return source_admin


@pytest.fixture
def followed(shop: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings) -> FollowedWarehouse:
    """The shop's warehouse, loaded once."""
    followed = FollowedWarehouse(shop, source, warehouse, settings)
    followed.load()
    return followed
