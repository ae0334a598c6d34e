from tests.support.queries import column
from tests.support.warehouse.followed_warehouse import FollowedWarehouse

STAR = "relnamespace = 'dwh'::regnamespace AND relkind = 'r' AND relname ~ '^(dim|fact|agg)_'"
NEVER_ANALYSED = f"SELECT relname FROM pg_class WHERE {STAR} AND reltuples < 0"
SETTLED_SOONER = f"SELECT relname FROM pg_class WHERE {STAR} AND 'autovacuum_analyze_scale_factor=0.01' = ANY (reloptions) ORDER BY 1"


def test_a_first_load_leaves_statistics_of_every_table_of_the_star(followed: FollowedWarehouse) -> None:
    assert column(followed.warehouse, NEVER_ANALYSED) == []


def test_what_grows_for_years_is_looked_at_after_a_hundredth_has_changed(followed: FollowedWarehouse) -> None:
    assert column(followed.warehouse, SETTLED_SOONER) == ["agg_orders_daily", "agg_sales_daily", "fact_payments", "fact_sales"]
