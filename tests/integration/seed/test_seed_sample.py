import sqlalchemy as sa

from techmarket.model.catalog import CATALOG
from techmarket.seed import load_sample
from tests.support.queries import run
from tests.support.shop.source_reading import WRONG_PAYMENTS, WRONG_TOTALS, count, fingerprints


def test_the_sample_is_consistent_and_loading_it_again_changes_nothing(source_admin: sa.Engine) -> None:
    load_sample(source_admin)
    rows = {table: count(source_admin, f"SELECT 1 FROM {table}") for table in CATALOG}
    assert rows == {
        "regions": 5, "customers": 12, "employees": 6, "categories": 8, "products": 15, "orders": 25, "order_items": 42, "payments": 23,
    }  # fmt: skip
    assert count(source_admin, WRONG_TOTALS) == 0
    assert count(source_admin, WRONG_PAYMENTS) == 0
    before = fingerprints(source_admin)
    load_sample(source_admin)
    assert fingerprints(source_admin) == before


def test_the_sample_never_mixes_with_an_order_system_that_holds_rows(source_admin: sa.Engine) -> None:
    run(source_admin, "INSERT INTO regions (region_id, name, country) VALUES (99, 'Волинська область', 'Україна')")
    load_sample(source_admin)
    assert count(source_admin, "SELECT 1 FROM regions") == 1
    assert count(source_admin, "SELECT 1 FROM orders") == 0
