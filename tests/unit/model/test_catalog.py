from dataclasses import replace

import pytest

from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG, Catalog, Column, Reading
from techmarket.model.column_types import Integer, Text

REGIONS = CATALOG["regions"]
KEY, *OTHERS = REGIONS.columns
WRONG = {
    "a table with a quote in its name": ({"name": 'a"b'}, "'a\"b' is no name of letters, digits and underscores"),
    "a table whose name is a path": ({"name": "../regions"}, "'../regions' is no name of"),
    "a table whose name is a parameter": ({"name": ":low"}, "':low' is no name of"),
    "a column with a quote in its name": ({"columns": (*REGIONS.columns, Column("a`b", Text(10), "Text"))}, "'a`b' is no name of"),
    "a column with a colon in its name": ({"columns": (*REGIONS.columns, Column("a :b", Text(10), "Text"))}, "'a :b' is no name of"),
    "a column without a name": ({"columns": (*REGIONS.columns, Column("", Text(10), "Text"))}, "'' is no name of"),
    "a column twice": ({"columns": (*REGIONS.columns, OTHERS[0])}, "column 'name' is declared twice"),
    "a key that is no column": ({"key": "id"}, "key 'id' is not a column"),
    "a key that may be NULL": ({"columns": (replace(KEY, nullable=True), *OTHERS)}, "key 'region_id' must not be nullable"),
    "a key of text": ({"key": "name"}, "key 'name' must be an Integer"),
    "a cursor that is no column": ({"cursor": "changed_at"}, "cursor 'changed_at' is not a column"),
    "a reference that is no column": ({"references": {"boss_id": "regions"}}, "reference 'boss_id' is not a column"),
    "a column that is left out too": ({"left_out": {"name": "why"}}, "column 'name' is both read and left out"),
    "a row of an order that names none": ({"reading": Reading.WITH_ORDER}, "order key 'order_id' is not a column"),
}


@pytest.mark.parametrize(("changed", "problem"), WRONG.values(), ids=WRONG)
def test_a_wrong_declaration_is_refused_and_says_what_is_wrong(changed: dict[str, object], problem: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        replace(REGIONS, **changed)  # type: ignore[arg-type]
    assert problem in str(refused.value)
    assert "Correct techmarket/model/catalog.py." in str(refused.value)


def test_a_table_comes_once_and_after_those_it_names() -> None:
    with pytest.raises(ConfigurationError, match="'regions' is declared twice"):
        Catalog(REGIONS, REGIONS)
    with pytest.raises(ConfigurationError, match="references \\['regions'\\], not declared before it"):
        Catalog(replace(REGIONS, name="shops", columns=(*REGIONS.columns, Column("of", Integer(32), "Of")), references={"of": "regions"}))
