from dataclasses import replace
from typing import Any

import pytest

from techmarket.db.rendering import in_parentheses, name_in_mysql, name_in_postgres, with_rendered_part
from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG
from techmarket.model.star import STAR
from techmarket.model.star_schema import Attribute, Computed, Day, Dimension, Fact, Measure, Member, Star
from techmarket.reconcile.rendering import compared_columns

REGION, CUSTOMER, *_ = STAR.dimensions
SALES, PAYMENTS = STAR.facts
DAILY, BY_CATEGORY, *_ = STAR.aggregates


def star_with(changed: Any, was: Any) -> Star:
    def swapped(tables: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(changed if table is was else table for table in tables)

    return Star(CATALOG, swapped(STAR.dimensions), swapped(STAR.facts), swapped(STAR.aggregates))


def also(table: Any, *columns: Any) -> dict[str, Any]:
    return {"columns": (*table.columns, *columns)}


WRONG = {
    "a name without its prefix": (REGION, {"name": "region"}, "region: the name must be dim_ and small letters"),
    "a name that is another's": (CUSTOMER, {"name": "dim_region"}, "dim_region: is declared twice"),
    "an unknown source": (REGION, {"source": "shops"}, "dim_region: source 'shops' is not in the catalogue"),
    "a source twice": (
        CUSTOMER,
        {"source": "regions", "columns": (Attribute("name"),), "labels": ("name",)},
        "the source of another dimension",
    ),
    "an unknown column": (REGION, also(REGION, Attribute("colour")), "dim_region: regions.colour is not a column of the catalogue"),
    "a column of another table": (
        REGION,
        also(REGION, Attribute("sku", "products.sku")),
        "products.sku is a column of neither of its sources",
    ),
    "a column twice": (REGION, also(REGION, Attribute("name")), "column 'name' is declared twice"),
    "an instant": (REGION, also(REGION, Attribute("updated_at")), "column 'updated_at': an instant cannot be compared"),
    "a day that is none": (PAYMENTS, {"columns": (Day("payments.amount"),)}, "the day is taken of payments.amount, which is no date"),
    "a member without dimension": (
        CUSTOMER,
        also(CUSTOMER, Member("dim_shop", "customers.region_id")),
        "member of 'dim_shop', which is not declared",
    ),
    "a member that the column does not name": (
        PAYMENTS,
        also(PAYMENTS, Member("dim_product", "orders.customer_id")),
        "orders.customer_id does not name a row of products by the catalogue",
    ),
    "a label that is no column": (REGION, {"labels": ("colour",)}, "label 'colour' is not a column"),
    "no label": (REGION, {"labels": ()}, "no label"),
    "a dimension with a measure": (REGION, also(REGION, Measure("size", "regions.region_id")), "a dimension has no measures"),
    "a measure of an unknown column": (
        PAYMENTS,
        also(PAYMENTS, Measure("tax", "payments.tax / 6")),
        "payments.tax is not a column of the catalogue",
    ),
    "a measure of an undeclared one": (
        PAYMENTS,
        also(PAYMENTS, Measure("tax", "fact_payments.duty / 6")),
        "measure 'tax' names fact_payments.duty, which is not declared",
    ),
    "a fact without orders": (PAYMENTS, {"source": "customers", "columns": ()}, "customers is not read with its orders"),
    "a fact's source twice": (PAYMENTS, {"source": "order_items", "columns": ()}, "order_items is the source of another fact too"),
    "a dimension of orders": (
        REGION,
        {"source": "payments", "columns": (Attribute("method"),), "labels": ("method",)},
        "they can be a fact",
    ),
    "rows called like a column": (PAYMENTS, {"rows": "amount"}, "its rows are counted as 'amount', which is a column"),
    "a step that is always rendered": (PAYMENTS, {"by_hand": ("is_empty",)}, "step 'is_empty' is always rendered or by hand"),
    "an aggregate of an unknown fact": (DAILY, {"of": "fact_returns"}, "is computed from or checked with 'fact_returns', no fact"),
    "an aggregate of a later one": (
        DAILY,
        {"of": "agg_category_daily"},
        "'agg_category_daily', no fact and no aggregate declared before it",
    ),
    "a sum of an unknown column": (DAILY, {"sums": ("revenue", "weight")}, "'weight' is not a column of fact_sales"),
    "a grain of nothing": (
        DAILY,
        {"grain": ("date_key", "region_key", "colour")},
        "grain 'colour' is neither of fact_sales nor of its members",
    ),
    "touched by no grain": (BY_CATEGORY, {"touched_by": ("region_key",)}, "'region_key' is not in its grain"),
    "an unknown control": (DAILY, {"controls": ("weight",)}, "control 'weight' is not one of its columns"),
    "uncounted rows": (DAILY, {"counts": {}, "controls": ()}, "'lines' is not counted"),
}


@pytest.mark.parametrize(("table", "changed", "problem"), WRONG.values(), ids=WRONG)
def test_a_wrong_declaration_is_refused_and_says_what_is_wrong(table: Any, changed: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        star_with(replace(table, **changed), table)
    assert problem in str(refused.value)
    assert "Correct techmarket/model/star.py." in str(refused.value)


def test_a_dimension_comes_after_those_whose_members_it_has() -> None:
    with pytest.raises(ConfigurationError, match="dim_customer: has members of dim_region, which must be declared before it"):
        Star(CATALOG, (CUSTOMER, REGION), facts=())


def test_the_star_knows_who_names_a_member_and_what_holds_an_order() -> None:
    assert STAR.naming_columns(REGION) == (("customers", "region_id"), ("employees", "region_id"), ("orders", "region_id"))
    assert STAR.holding_sources() == ("orders", "order_items")
    assert STAR.dimension_of("orders") is None


def test_only_a_last_text_that_is_always_there_is_compared_as_it_is() -> None:
    texts = Dimension(
        "dim_customer", "customers", (Attribute("full_name"), Attribute("email"), Computed("shoe", "guessed")), ("full_name",)
    )
    star = star_with(texts, CUSTOMER)
    assert [column.source for column in compared_columns(star, texts)] == [
        "customers.customer_id",
        "coalesce(sha2(replace(customers.full_name, '\\0', ''), 256), '')",
        "coalesce(sha2(replace(customers.email, '\\0', ''), 256), '')",
    ]


def test_a_measure_that_may_be_missing_is_compared_as_an_empty_text() -> None:
    fact = Fact("fact_payments", "payments", "payments", (Measure("bonus", "orders.employee_id"), Attribute("method")))
    star = Star(CATALOG, STAR.dimensions, (fact,))
    assert [(column.source, column.warehouse) for column in compared_columns(star, fact)][2] == (
        "coalesce(orders.employee_id, '')",
        "coalesce(cast(fact_payments.bonus AS text), '')",
    )


def test_names_are_quoted_where_a_server_would_misread_them() -> None:
    assert (name_in_postgres("order_id"), name_in_postgres("user"), name_in_postgres("Name")) == ("order_id", '"user"', '"Name"')
    assert (name_in_mysql("order_id"), name_in_mysql("rank")) == ("order_id", "`rank`")


def test_a_rendered_part_is_replaced_between_what_is_by_hand() -> None:
    marker = "-- Rendered from techmarket/model/star.py by `make render`; do not edit from here on.\n"
    assert with_rendered_part(f"-- Head.\n{marker}old\n-- By hand from here on.\nrest\n", r"new \1" + "\n") == (
        f"-- Head.\n{marker}new \\1\n-- By hand from here on.\nrest\n"
    )
    assert with_rendered_part(f"{marker}", "new\n") == f"{marker}new\n"
    with pytest.raises(ValueError, match="must have the line"):
        with_rendered_part("SELECT 1;\n", "new\n")


def test_a_long_list_is_broken_into_lines() -> None:
    assert in_parentheses(["a", "b"]) == "(a, b)"
    assert in_parentheses(["a" * 70, "b" * 70, "c"], indent=4) == f"(\n        {'a' * 70},\n        {'b' * 70}, c\n    )"
