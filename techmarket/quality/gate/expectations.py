"""Translates a rule into a Great Expectations expectation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import great_expectations.expectations as gxe
from great_expectations.core import ExpectationValidationResult
from great_expectations.execution_engine import ExecutionEngine
from great_expectations.expectations.expectation import Expectation

from techmarket.quality.gate.statements import failing_rows
from techmarket.quality.gate.usual_volume import Band
from techmarket.quality.rules.row_rules import (
    Between,
    InSet,
    MatchesPattern,
    MaxLength,
    NotAmong,
    NotNull,
    References,
    RowCondition,
    Rule,
    Unique,
    UniqueTogether,
)
from techmarket.quality.rules.table_rules import Recent, TableCondition, UsualVolume


class ExpectNoFailingRows(gxe.UnexpectedRowsExpectation):
    """Expect that a query finds no row.

    The stock expectation also fetches 200 rows with a second query.
    """

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - the signature is Great Expectations'
        execution_engine: ExecutionEngine[Any] | None = None,  # noqa: ARG002
    ) -> ExpectationValidationResult | dict[str, Any]:
        count = metrics["unexpected_rows_query.row_count"]
        return {"success": count == 0, "result": {"observed_value": count}}


class ExpectColumnValuesToBeWithin(gxe.ExpectColumnValuesToBeBetween):
    """Expect that values lie between integer or time bounds.

    The stock expectation makes integers floats, so PostgreSQL converts each value to numeric (docs/adr/0006).
    """

    min_value: int | datetime | None = None
    max_value: int | datetime | None = None


def expectation(rule: Rule, bands: Mapping[str, Band]) -> Expectation:  # noqa: PLR0911 - one answer a kind of rule
    """Translate a rule; ``meta`` has its id.

    ``bands`` are the usual row counts by table; without one, any count is usual.
    """
    meta = {"rule": rule.id}
    match rule:
        case NotNull(column=column):
            return gxe.ExpectColumnValuesToNotBeNull(column=column, meta=meta)
        case InSet(column=column, values=values):
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(values), meta=meta)
        case Between(column=column, least=least, above=above, most=most):
            lower = least if above is None else above
            return ExpectColumnValuesToBeWithin(column=column, min_value=lower, max_value=most, strict_min=above is not None, meta=meta)
        case MatchesPattern(column=column, pattern=pattern):
            return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=pattern, meta=meta)
        case MaxLength(column=column, most=most):
            return gxe.ExpectColumnValueLengthsToBeBetween(column=column, max_value=most, meta=meta)
        case UsualVolume(table=table):
            band = bands.get(table)
            fewest, most = (band.fewest, band.most) if band else (0, None)
            return gxe.ExpectTableRowCountToBeBetween(min_value=fewest, max_value=most, meta=meta)
        case Unique() | UniqueTogether() | References() | RowCondition() | NotAmong() | TableCondition() | Recent():
            return ExpectNoFailingRows(unexpected_rows_query=failing_rows(rule), meta=meta)
        case _:
            msg = f"Rule {rule.id!r} is of the kind {type(rule).__name__}, which has no expectation; add it to gate_expectations.py."
            raise TypeError(msg)


def failing_count(rule: Rule, result: ExpectationValidationResult) -> int:
    """A rule on the number of rows is broken once."""
    if isinstance(rule, UsualVolume):
        return 0 if result.success else 1
    found = result.result
    return int(found["observed_value"] if "observed_value" in found else found["unexpected_count"] or 0)
