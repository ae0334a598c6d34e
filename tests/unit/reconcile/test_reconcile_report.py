from datetime import UTC, datetime

import pytest

from techmarket.model.star import STAR
from techmarket.reconcile.compared import compared_tables
from techmarket.reconcile.comparison import Difference, Kind, Tally
from techmarket.reconcile.disposition import Disposition, JudgedDifference
from techmarket.reconcile.markdown import verdict_markdown
from techmarket.reconcile.report import ReconcileReport, TableReport

CUSTOMERS, SALES, _ = compared_tables(STAR)
MOVED = Difference(SALES, 31, Kind.DIFFERENT, belongs_to=3, requested_keys=frozenset({3, 7}), columns=("order_id", "quantity"))
GONE = Difference(CUSTOMERS, 9, Kind.EXTRA, belongs_to=9, requested_keys=frozenset({9}))
AWAITED = JudgedDifference(Difference(SALES, 41, Kind.MISSING, belongs_to=4, requested_keys=frozenset({4})), Disposition.PENDING)
KEPT = JudgedDifference(
    Difference(SALES, 51, Kind.DIFFERENT, belongs_to=5, requested_keys=frozenset({5}), columns=("revenue",)), Disposition.HELD
)


def report(*drift: Difference, excused: tuple[JudgedDifference, ...] = (), is_complete: bool = True) -> ReconcileReport:
    found = [*(JudgedDifference(difference, Disposition.DRIFT) for difference in drift), *excused]
    tables = [
        TableReport(
            Tally(compared.target, 1_234, 1_233, spans=1, opened=1),
            {(judged.disposition, judged.difference.kind): 1 for judged in found if judged.difference.compared is compared},
        )
        for compared in (CUSTOMERS, SALES)
    ]
    return ReconcileReport(datetime(2026, 11, 25, 3, tzinfo=UTC), tuple(tables), drift, excused, is_complete)


def test_a_repair_asks_for_what_drifted_and_of_a_row_that_moved_for_both_orders() -> None:
    assert report(MOVED, GONE, excused=(AWAITED, KEPT)).requested_keys == {"orders": [3, 7], "customers": [9]}


def test_the_list_has_drift_first_and_no_more_rows_than_wanted() -> None:
    found = report(MOVED, GONE, excused=(AWAITED, KEPT))
    moved = {"table": "fact_sales", "key": 31, "belongs to": "orders 3", "row is": "different", "differs in": "order_id, quantity"}
    assert found.listed(1) == [{**moved, "standing": "drift"}]
    assert [row["key"] for row in found.listed()] == [31, 9, 41, 51]


@pytest.mark.parametrize(
    ("found", "title", "advice"),
    [
        (report(), "The warehouse equals the source.", "Nothing."),
        (
            report(excused=(AWAITED, KEPT)),
            "The warehouse equals the source, but for what a load or the steward will mend.",
            "Nothing: the next load brings what is pending. `techmarket rejects` shows what is held.",
        ),
        (
            report(MOVED, GONE, excused=(AWAITED,)),
            "The warehouse differs from the source: 1 row of dim_customer, 1 row of fact_sales.",
            "`techmarket reconcile --repair`",
        ),
        (report(MOVED, is_complete=False), "The comparison ended there; `techmarket load --full` mends", "`techmarket reconcile --repair`"),
    ],
    ids=["equal", "only excused", "drift", "too much drift"],
)
def test_the_page_says_whether_they_are_equal_and_what_to_do(found: ReconcileReport, title: str, advice: str) -> None:
    page = verdict_markdown(found)
    assert page.startswith("# ")
    assert title in page.splitlines()[0]
    assert advice in page.partition("## What to do")[2]
    assert "| fact_sales | 1,234 | 1,233 |" in page
    assert "Batch 7 has repaired" in verdict_markdown(found, repaired_by=7)
