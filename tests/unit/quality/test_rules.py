from dataclasses import replace

import pytest

from expectations import RULES
from expectations.baseline import baseline
from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG, Catalog, Column, Reading, Table
from techmarket.model.column_types import Decimal, Integer, Text, Timestamp
from techmarket.quality.gate.statements import failing_rows
from techmarket.quality.rules.row_rules import (
    Between,
    InSet,
    MatchesPattern,
    NotNull,
    RowCondition,
    RowRule,
    Rule,
    Severity,
    checked_rules,
    shown_columns,
)
from techmarket.quality.rules.rulebook import render_rulebook
from techmarket.quality.rules.table_rules import TableCondition

WORDS = {"what": "-", "reason": "-", "remedy": "-", "owner": "-"}

WARRANTIES = Table(
    name="warranties",
    meaning="Extended warranties",
    key="warranty_id",
    reading=Reading.WHOLE,
    references={"product_id": "products"},
    columns=(
        Column("warranty_id", Integer(32), "Key of the warranty"),
        Column("product_id", Integer(32), "Product covered"),
        Column("years", Integer(8, unsigned=True), "Length in years"),
        Column("note", Text(10), "Remark", nullable=True),
        Column("price", Decimal(12, 2), "Price, UAH"),
        Column("updated_at", Timestamp(), "When the source last changed the row"),
    ),
)


def rule_named(rule_id: str) -> Rule:
    return next(rule for rule in RULES if rule.id == rule_id)


def test_every_rule_tells_the_steward_what_why_how_and_who() -> None:
    for rule in RULES:
        assert rule.what.endswith("."), rule.id
        assert rule.reason.endswith("."), rule.id
        assert rule.remedy.endswith("."), rule.id
        assert rule.owner, rule.id


def test_table_declared_tomorrow_gets_its_baseline() -> None:
    catalog = Catalog(*CATALOG.values(), WARRANTIES)
    rules = {rule.id: rule for rule in checked_rules(baseline(catalog), catalog) if rule.table == "warranties"}
    assert {rule_id: rule.severity for rule_id, rule in rules.items()} == {
        "warranties.contract": Severity.CRITICAL_TABLE,
        "warranties.not_empty": Severity.CRITICAL_TABLE,
        "warranties.usual_volume": Severity.WARNING,
        "warranties.warranty_id_not_null": Severity.CRITICAL_TABLE,
        "warranties.warranty_id_unique": Severity.CRITICAL_TABLE,
        "warranties.product_id_not_null": Severity.CRITICAL_ROW,
        "warranties.years_not_null": Severity.CRITICAL_ROW,
        "warranties.years_domain": Severity.CRITICAL_ROW,
        "warranties.note_length": Severity.WARNING,
        "warranties.price_not_null": Severity.CRITICAL_ROW,
        "warranties.updated_at_not_null": Severity.CRITICAL_ROW,
        "warranties.product_id_known": Severity.WARNING,
    }
    years = rules["warranties.years_domain"]
    assert isinstance(years, Between)
    assert (years.least, years.most) == (0, 255)


@pytest.mark.parametrize(("reading", "is_known"), [(Reading.WHOLE, True), (Reading.BY_CURSOR, False)])
def test_a_parent_outside_the_star_is_looked_for_where_all_its_rows_are_staged(reading: Reading, is_known: bool) -> None:  # noqa: FBT001
    columns = (Column("repair_id", Integer(32), "Key of the repair"), Column("warranty_id", Integer(32), "Warranty that pays"))
    repairs = Table(
        name="repairs",
        meaning="Repairs",
        key="repair_id",
        reading=Reading.WHOLE,
        references={"warranty_id": "warranties"},
        columns=(*columns, Column("updated_at", Timestamp(), "When the source last changed the row")),
    )
    rules = {rule.id: rule for rule in baseline(Catalog(*CATALOG.values(), replace(WARRANTIES, reading=reading), repairs))}
    assert ("repairs.warranty_id_known" in rules) is is_known
    assert not is_known or rules["repairs.warranty_id_known"].severity is Severity.WARNING


def test_every_foreign_key_of_the_catalogue_is_checked() -> None:
    references = {f"{table.name}.{column}_known" for table in CATALOG.values() for column in table.references}
    assert references <= {rule.id for rule in RULES}


def test_lines_and_payments_without_their_order_are_rejected_and_other_unknown_parents_are_not() -> None:
    severities = {rule.id: rule.severity for rule in RULES if rule.name.endswith("_id_known")}
    critical = {rule_id for rule_id, severity in severities.items() if severity is Severity.CRITICAL_ROW}
    assert critical == {"order_items.order_id_known", "payments.order_id_known"}


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (NotNull(table="orders", name="status_known", column="status", **WORDS), r"'orders\.status_known' is declared 2 times"),
        (NotNull(table="invoices", name="x", column="y", **WORDS), r"'invoices\.x' is about table 'invoices', which the catalogue lacks"),
        (NotNull(table="orders", name="x", column="colour", **WORDS), r"'orders\.x' names column 'colour', which orders lacks"),
    ],
)
def test_unsound_rule_is_refused_by_name(wrong: Rule, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        checked_rules([*RULES, wrong], CATALOG)


def test_table_without_rules_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="table 'payments' has no rule"):
        checked_rules([rule for rule in RULES if rule.table != "payments"], CATALOG)


def test_table_rule_cannot_be_critical_for_rows() -> None:
    with pytest.raises(ConfigurationError, match="has no rows to quarantine"):
        TableCondition(table="orders", name="x", holds="TRUE", severity=Severity.CRITICAL_ROW, **WORDS)


@pytest.mark.parametrize(
    ("rule", "failing"),
    [
        (NotNull(table="orders", name="x", column="status", **WORDS), 'staged."status" IS NULL'),
        (InSet(table="orders", name="x", column="status", values=("it's", "b"), **WORDS), "staged.\"status\" NOT IN ('it''s', 'b')"),
        (InSet(table="orders", name="x", column="status", values=(0, 1), **WORDS), 'staged."status" NOT IN (0, 1)'),
        (Between(table="orders", name="x", column="status", least=0, most=1, **WORDS), 'staged."status" < 0 OR staged."status" > 1'),
        (Between(table="orders", name="x", column="status", above=0, **WORDS), 'staged."status" <= 0'),
        (MatchesPattern(table="orders", name="x", column="status", pattern=r"\S", **WORDS), "staged.\"status\" !~ '\\S'"),
        (RowCondition(table="orders", name="x", over=("status",), holds="a <> b", **WORDS), "(a <> b) IS FALSE"),
    ],
)
def test_failing_rows_are_found_by_sql_that_lets_null_pass(rule: RowRule, failing: str) -> None:
    assert rule.failing == failing


def test_colons_and_braces_of_a_condition_survive_great_expectations() -> None:
    rule = RowCondition(table="orders", name="x", over=("status",), holds="status::text ~ '^[[:alpha:]]{3}$'", **WORDS)
    assert failing_rows(rule) == (
        'SELECT 1 /* {batch} */ FROM stg."orders" AS staged '
        r"WHERE (status\:\:text ~ '^[[\:alpha\:]]{{3}}$') IS FALSE"
    )


def test_sample_shows_the_key_first_and_no_column_twice() -> None:
    by_key = rule_named("orders.total_matches_lines")
    assert isinstance(by_key, RowRule)
    assert [column.name for column in shown_columns(by_key, CATALOG)] == ["order_id", "total_amount", "status"]


def test_rulebook_escapes_what_would_break_its_tables() -> None:
    rule = replace(rule_named("orders.status_known"), what="a | b.")
    assert "a \\| b." in render_rulebook([rule])
