from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from expectations import RULES
from techmarket.model.catalog import CATALOG
from techmarket.project import Project
from techmarket.quality.quarantine.open_rejects import DAYS_SHOWN, OpenRejects, read_open_rejects
from techmarket.quality.rules.row_rules import HELD_WITH_ORDER
from techmarket.settings import Settings

QUANTITY = "order_items.quantity_positive"
NAME = "customers.full_name_not_null"


@pytest.fixture
def listed(good_batch: sa.Engine, settings: Settings) -> Callable[..., OpenRejects]:
    """The list of these entries: table, key, rule, days since rejected, days since resolved."""

    def read(*entries: tuple[str, int, str, float, float | None]) -> OpenRejects:
        with good_batch.begin() as connection:
            for table, key, rule, rejected, resolved in entries:
                connection.execute(
                    sa.text(
                        "INSERT INTO stg.rejected_rows"
                        " (table_name, row_key, rule, row_data, first_batch_id, batch_id, rejected_at, resolved_at)"
                        " VALUES (:table, :key, :rule, CAST(:row AS jsonb), 1, 1, :rejected, :resolved)"
                    ),
                    {
                        "table": table, "key": str(key), "rule": rule, "row": '{"quantity": -5, "full_name": "Олена"}',
                        "rejected": noon(rejected), "resolved": None if resolved is None else noon(resolved),
                    },
                )  # fmt: skip
        with good_batch.connect() as connection:
            return read_open_rejects(connection, Project(CATALOG, RULES, settings))

    return read


def noon(days_ago: float) -> datetime:
    """Independent of the hour of the test; for today, the first minute."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today if not days_ago else today - timedelta(days=days_ago) + timedelta(hours=12)


def test_trend_counts_what_was_open_at_the_end_of_each_day(listed: Callable[..., OpenRejects]) -> None:
    found = listed(
        ("order_items", 1, QUANTITY, 100, None),
        ("order_items", 2, QUANTITY, 100, 2),
        ("order_items", 3, QUANTITY, 3, 1),
        ("order_items", 4, QUANTITY, 100, 50),
        ("customers", 5, NAME, 0, None),
        ("orders", 6, HELD_WITH_ORDER, 1, None),
    )
    assert [rule.rule_id for rule in found.rules] == [NAME, QUANTITY, HELD_WITH_ORDER]
    trends = {rule.rule_id: rule.per_day for rule in found.rules}
    assert trends[QUANTITY] == (*[2] * (DAYS_SHOWN - 4), 3, 2, 1, 1)
    assert trends[NAME] == (*[0] * (DAYS_SHOWN - 1), 1)
    assert trends[HELD_WITH_ORDER] == (*[0] * (DAYS_SHOWN - 2), 1, 1)
    assert found.per_day == (*[2] * (DAYS_SHOWN - 4), 3, 2, 1, 2)
    assert (found.rows, found.held, found.resolved, found.oldest) == (2, 1, 2, noon(100))


def test_oldest_rows_come_first_and_hide_personal_data(listed: Callable[..., OpenRejects]) -> None:
    found = listed(*[("order_items", key, QUANTITY, 40 - key, None) for key in range(12)], ("customers", 1, NAME, 1, None))
    quantity, name = found.rules
    assert [row.row_key for row in quantity.oldest_rows] == [str(key) for key in range(10)]
    assert quantity.oldest_rows[0].values_shown == {"quantity": "-5"}
    assert name.oldest_rows[0].values_shown == {"full_name": "(hidden)"}


def test_rule_that_is_no_longer_declared_is_still_listed(listed: Callable[..., OpenRejects]) -> None:
    (gone,) = listed(("orders", 1, "orders.forgotten", 1, None)).rules
    assert (gone.rule_id, gone.what, gone.rows) == ("orders.forgotten", "This rule is no longer declared.", 1)


def test_empty_list_says_what_was_resolved(listed: Callable[..., OpenRejects]) -> None:
    found = listed(("orders", 1, QUANTITY, 9, 1), ("orders", 1, NAME, 9, 1))
    assert (found.rules, found.rows, found.oldest, found.resolved) == ((), 0, None, 1)


def test_a_row_that_still_waits_for_another_rule_is_not_resolved(listed: Callable[..., OpenRejects]) -> None:
    found = listed(
        ("orders", 1, QUANTITY, 9, 1),
        ("orders", 1, NAME, 9, None),
        ("orders", 2, QUANTITY, 9, 1),
        ("orders", 2, HELD_WITH_ORDER, 1, None),
    )
    assert found.resolved == 1
