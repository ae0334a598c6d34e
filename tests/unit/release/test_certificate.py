import json
import pickle
from dataclasses import replace
from decimal import Decimal

import pytest

from techmarket.errors import IntegrityError
from techmarket.release.certificate import Certificate, ControlSum, TableCount

LINES = TableCount("order_items", extracted=10, staged=10, merged=4, unchanged=1, rejected=2, held=2, excluded=1, removed=3)
REVENUE = ControlSum("fact_sales.revenue", Decimal("12345678901234567890.12"), Decimal("12345678901234567890.12"))
BALANCED = Certificate(7, "20261122T030000Z-1a2b3c", (LINES,), (REVENUE,))


def test_every_row_with_one_fate_and_equal_sums_balance() -> None:
    BALANCED.require_balanced()
    assert BALANCED.balanced


@pytest.mark.parametrize("count", ["extracted", "staged", "merged", "unchanged", "rejected", "held", "excluded"])
def test_a_row_too_many_anywhere_is_named_by_its_table(count: str) -> None:
    wrong = replace(BALANCED, tables=(replace(LINES, **{count: getattr(LINES, count) + 1}),))
    assert not wrong.balanced
    with pytest.raises(IntegrityError, match=r"batch 7 does not balance: order_items: extracted 1"):
        wrong.require_balanced()


def test_a_cent_too_many_is_named_by_its_measure() -> None:
    wrong = replace(BALANCED, sums=(replace(REVENUE, released=REVENUE.released + Decimal("0.01")),))
    with pytest.raises(IntegrityError, match=r"fact_sales.revenue: staged 12345678901234567890.12, released 12345678901234567890.13"):
        wrong.require_balanced()


def test_it_survives_pickling_and_json_to_the_cent() -> None:
    assert pickle.loads(pickle.dumps(BALANCED)) == BALANCED  # noqa: S301 - our own bytes
    stored = json.loads(json.dumps(BALANCED.as_json()))
    assert Decimal(stored["sums"][0]["staged"]) == REVENUE.staged
    assert (stored["balanced"], stored["tables"][0]["balanced"], stored["tables"][0]["held"]) == (True, True, 2)
