from pathlib import Path

import pytest
from pbi_parsers import dax
from tmdlparser import TMLDParser

from infra.docs.bi.figures import FIGURES
from infra.docs.bi.tableau import FORMULAS

BI = Path("docs/bi")
DAX = {figure.name: figure.dax for figure in FIGURES}


def test_a_parser_of_tmdl_finds_every_table_and_every_measure_with_its_formula() -> None:
    tables = TMLDParser(str(BI / "powerbi" / "TechMarket.pbip")).to_dict()
    assert set(tables) == {file.name for file in BI.glob("powerbi/*/definition/tables/*.tmdl")}
    found = [part["element"] for (table,) in tables.values() for part in table["properties"]]
    measures = dict(element.removeprefix("measure ").split(" = ", 1) for element in found if element.startswith("measure "))
    assert {name.strip("'"): formula for name, formula in measures.items()} == DAX


@pytest.mark.parametrize("formula", DAX.values(), ids=DAX)
def test_a_parser_of_dax_reads_the_formula(formula: str) -> None:
    assert dax.to_ast(formula) is not None


@pytest.mark.parametrize("formula", ["DIVIDE ( [Margin], [Revenue]", "SUM fact_sales[Line revenue]", "[Revenue] +"])
def test_what_is_no_dax_it_refuses(formula: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        dax.to_ast(formula)


@pytest.mark.filterwarnings("ignore:distutils Version classes are deprecated:DeprecationWarning")
def test_tableaus_library_opens_the_data_source_and_finds_its_connection_and_formulas() -> None:
    from tableaudocumentapi import Datasource

    source = Datasource.from_file(str(BI / "techmarket.tds"))
    (connection,) = source.connections
    assert (connection.dbclass, connection.dbname, connection.username) == ("postgres", "techmarket", "techmarket_bi")
    assert {field.calculation for field in source.fields.values() if field.calculation} == set(FORMULAS.values())
    assert all(field.datatype and field.role for field in source.fields.values())
