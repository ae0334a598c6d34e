from collections.abc import Callable

import pytest
import sqlalchemy as sa

from expectations import RULES
from techmarket.model.catalog import CATALOG
from techmarket.quality.gate.report import GateReport, RuleOutcome
from techmarket.quality.gate.usual_volume import Band, usual_volumes

RunSql = Callable[[str], None]
Gate = Callable[..., GateReport]

IN_HAND = 1_000
VOLUMES = [rule for rule in RULES if rule.name == "usual_volume"]
RECENT = [rule for rule in RULES if rule.id == "orders.recent"]


def outcome(report: GateReport, rule_id: str) -> RuleOutcome:
    return next(outcome for outcome in report.outcomes if outcome.rule_id == rule_id)


@pytest.fixture
def loads_before(run_sql: RunSql) -> Callable[..., None]:
    """Loads are (mode, hours since the previous one, orders); the batch is running."""

    def write(*loads: tuple[str, float, int], mode: str = "incremental", hours: float = 1) -> None:
        span = sum(load[1] for load in loads) + hours
        rows = []
        for number, (load_mode, since, orders) in enumerate(loads, start=1):
            span -= since
            counts = f'{{"orders": {orders}, "regions": 27}}'
            rows.append(f"({number}, '{load_mode}', 'released', 'test', now() - interval '{span * 3600} seconds', '{counts}')")
        rows.append(f"({IN_HAND}, '{mode}', 'running', 'test', NULL, NULL)")
        columns = "(batch_id, mode, status, requested_by, horizon, counts)"
        run_sql(f"""
            DELETE FROM dwh.load_batches;
            INSERT INTO dwh.load_batches {columns} OVERRIDING SYSTEM VALUE VALUES {", ".join(rows)};
        """)

    return write


@pytest.fixture
def bands(good_batch: sa.Engine) -> Callable[[], dict[str, Band]]:
    def found() -> dict[str, Band]:
        with good_batch.connect() as connection:
            return usual_volumes(connection, IN_HAND, CATALOG)

    return found


HOURS = [("incremental", 1.0, orders) for orders in (200, 400, 1000, 800, 600, 300)]


def test_changes_of_an_hour_are_compared_with_those_of_other_hours(
    loads_before: Callable[..., None], bands: Callable[[], dict[str, Band]]
) -> None:
    loads_before(("full", 1, 900_000), ("incremental", 9, 7_000), *HOURS)
    found = bands()["orders"]
    assert (found.fewest, found.loads) == (80, 6)
    assert found.most in range(2015, 2030)  # the band grows with the test's own duration


def test_a_night_is_compared_with_nights_and_scaled_to_its_length(
    loads_before: Callable[..., None], bands: Callable[[], dict[str, Band]]
) -> None:
    nights = [("incremental", 5.0, 100), *HOURS]
    loads_before(*(nights * 6), hours=9)
    found = bands()["orders"]
    assert (found.loads, found.fewest) == (5, 70)  # 180 rows in nine hours; the first load has no span


def test_only_the_newest_fourteen_count(loads_before: Callable[..., None], bands: Callable[[], dict[str, Band]]) -> None:
    loads_before(*[("incremental", 1.0, 5)] * 10, *[("incremental", 1.0, 1_000)] * 14)
    found = bands()["orders"]
    assert (found.loads, found.fewest // 10) == (14, 48)


def test_a_table_that_is_read_whole_is_compared_over_all_loads_and_orders_of_a_full_load_with_full_loads(
    loads_before: Callable[..., None], bands: Callable[[], dict[str, Band]]
) -> None:
    loads_before(*HOURS, *[("full", 20.0, 1_000)] * 5, mode="full")
    assert bands() == {"orders": Band(480, 2020, 5), "regions": Band(0, 74, 11)}


def test_nothing_is_unusual_until_five_loads_like_this_one_are_released(
    loads_before: Callable[..., None], bands: Callable[[], dict[str, Band]]
) -> None:
    loads_before(*HOURS[:5], hours=24)
    assert bands().keys() == {"regions"}


def test_unusual_volume_shows_what_was_expected(gate: Gate, run_sql: RunSql) -> None:
    run_sql("""UPDATE dwh.load_batches SET counts = counts || '{"orders": 1000}' WHERE status = 'released'""")
    report = gate(VOLUMES)
    assert [broken.rule_id for broken in report.failed] == ["orders.usual_volume"]
    assert report.failed[0].sample == ({"rows": "3", "usual at least": "480", "usual at most": "2,020", "loads compared": "6"},)


@pytest.mark.parametrize(
    ("staged", "released", "holds"),
    [
        ("1 hour", "30 days", True),
        ("3 days", "3 days", False),
        ("3 days", "1 hour", True),
        (None, "1 hour", True),
        (None, "3 days", False),
        ("3 days", None, True),
        ("-1 hour", "3 days", False),
    ],
    ids=["changed", "silent", "only a retried row", "nothing staged", "nothing for days", "first load", "stamped in the future"],
)
def test_silence_is_told_from_an_empty_hour(staged: str | None, released: str | None, holds: bool, gate: Gate, run_sql: RunSql) -> None:  # noqa: FBT001
    run_sql("DELETE FROM stg.orders" if staged is None else f"UPDATE stg.orders SET updated_at = now() - interval '{staged}'")
    newest = f"jsonb_build_object('newest', jsonb_build_object('orders', now() - interval '{released}'))" if released else "NULL"
    run_sql(f"UPDATE dwh.load_batches SET gate = {newest} WHERE status = 'released'")
    assert outcome(gate(RECENT), "orders.recent").passed == holds


def test_the_gate_leaves_the_newest_change_for_later_loads(gate: Gate, query: Callable[[str], list[tuple[object, ...]]]) -> None:
    gate()
    assert query("""
        SELECT
            (gate -> 'newest' ->> 'orders')::timestamptz = (SELECT max(updated_at) FROM stg.orders),
            gate -> 'tables' -> 'orders' ->> 'staged'
        FROM dwh.load_batches WHERE status = 'running'
    """) == [(True, "3")]
