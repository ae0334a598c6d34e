"""Power BI ignores case and would refuse equal names."""

from dataclasses import replace

import pytest

from infra.docs.bi import powerbi
from infra.docs.bi.figures import FIGURES, Figure
from infra.docs.bi.model import HIERARCHIES
from infra.docs.bi.names import refuse_clashes
from infra.docs.bi.star import Column, Table, star
from techmarket.errors import ConfigurationError

REVENUE = FIGURES[0]
PLACES = Table("dim_place", "Places", (Column("name", "text", "Name of the place"),))


def test_the_declared_names_are_apart() -> None:
    refuse_clashes(star().values(), FIGURES, HIERARCHIES)


@pytest.mark.parametrize(
    ("figures", "hierarchies", "clash"),
    [
        ([replace(REVENUE, name="PLACE")], {}, "the column 'Place' of dim_place and the measure 'PLACE' of fact_sales"),
        ([REVENUE, replace(REVENUE, name="revenue")], {}, "the measure 'Revenue' of fact_sales and the measure 'revenue' of fact_sales"),
        (
            [REVENUE, replace(REVENUE, name="revenue", table="dim_place")],
            {},
            "the measure 'Revenue' of fact_sales and the measure 'revenue' of dim_place",
        ),
        ([replace(REVENUE, name="Dim_Place")], {}, "the table 'dim_place' and the measure 'Dim_Place' of fact_sales"),
        ([], {("dim_place", "place"): ("name",)}, "the column 'Place' of dim_place and the hierarchy 'place' of dim_place"),
        ([REVENUE], {("dim_place", "revenue"): ("name",)}, "the measure 'Revenue' of fact_sales and the hierarchy 'revenue' of dim_place"),
    ],
)
def test_two_names_that_differ_in_case_alone_are_refused(
    figures: list[Figure], hierarchies: dict[tuple[str, str], tuple[str, ...]], clash: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        refuse_clashes([PLACES], figures, hierarchies)
    assert clash in str(refused.value)
    assert "in infra/docs/bi" in str(refused.value)


def test_columns_and_hierarchies_of_different_tables_may_share_a_name() -> None:
    others = replace(PLACES, name="dim_place_")
    refuse_clashes([PLACES, others], [], {("dim_place", "Tree"): ("name",), ("dim_place_", "tree"): ("name",)})


def test_a_model_with_a_clash_is_not_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(powerbi, "FIGURES", [*FIGURES, replace(REVENUE, name="line revenue")])
    with pytest.raises(ConfigurationError, match="'Line revenue' of fact_sales and the measure 'line revenue' of fact_sales"):
        powerbi.project()
