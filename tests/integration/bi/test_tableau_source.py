"""The Tableau data source matches the warehouse, keeps every sale once, and computes the key figures."""

import re
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from infra.docs.bi.figures import FIGURES
from techmarket.settings import Settings
from tests.support.warehouse.mart_rows import ROWS
from tests.support.warehouse.staged_batch import StagedBatches

SOURCE = Path("docs/bi/techmarket.tds")
TYPES = {
    "integer": "integer", "smallint": "integer", "bigint": "integer", "numeric": "real", "text": "string", "boolean": "boolean",
    "date": "date", "timestamp without time zone": "datetime",
}  # fmt: skip
COLUMNS = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'dwh'"
KEYS = """
SELECT conrelid::regclass::text, a.attname
FROM pg_constraint AS k
JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype IN ('p', 'u') AND cardinality(k.conkey) = 1 AND k.connamespace = 'dwh'::regnamespace
"""


@pytest.fixture(scope="module")
def source() -> ET.Element:
    return ET.fromstring(SOURCE.read_text(encoding="utf-8"))  # noqa: S314 - a file of this repository


def fields_of(source: ET.Element) -> dict[str, str]:
    """Each field, ``[name (dim_category)]``, with its column, ``dim_category.name``."""
    return {field.attrib["key"]: unbracketed(field.attrib["value"]) for field in source.iterfind("connection/cols/map")}


def unbracketed(name: str) -> str:
    parts = re.fullmatch(r"\[(\w+)\]\.\[(\w+)\]", name)
    assert parts, name
    return ".".join(parts.groups())


def clauses_of(source: ET.Element) -> list[tuple[str, str]]:
    """The two columns of each join, many side first, innermost join first."""
    equal = [clause.findall("expression/expression") for clause in source.iterfind(".//relation[@type='join']/clause")]
    return [(unbracketed(many.attrib["op"]), unbracketed(one.attrib["op"])) for many, one in reversed(equal)]


def joined(relation: ET.Element) -> str:
    """The FROM clause that Tableau derives from a relation."""
    if relation.attrib["type"] == "table":
        return f"{unbracketed(relation.attrib['table'])} AS {relation.attrib['name']}"
    left, right = relation.findall("relation")
    many, one = (unbracketed(side.attrib["op"]) for side in relation.findall("clause/expression/expression"))
    return f"{joined(left)} {relation.attrib['join']} JOIN {joined(right)} ON {many} = {one}"


def sql(formula: str, fields: dict[str, str]) -> str:
    formula = re.sub(r"\[[^\]]+\]", lambda field: fields[field[0]], formula)
    formula = re.sub(r"COUNTD\(", "count(DISTINCT ", formula)
    formula = re.sub(r"NOT ISNULL\((\S+)\)", r"\1 IS NOT NULL", formula)
    return re.sub(r"\bIF\b", "CASE WHEN", formula)


def test_fields_are_the_columns_and_types_of_the_live_warehouse(source: ET.Element, warehouse: sa.Engine) -> None:
    with warehouse.connect() as connection:
        live = {f"{table}.{column}": TYPES.get(type_, type_) for table, column, type_ in connection.exec_driver_sql(COLUMNS)}
    tables = {relation.attrib["name"] for relation in source.iterfind(".//relation[@type='table']")}
    columns = {column.attrib["name"]: column for column in source.iterfind("column") if column.find("calculation") is None}
    fields = fields_of(source)
    assert columns.keys() == fields.keys()
    described = {fields[name]: column.attrib["datatype"] for name, column in columns.items()}
    assert described == {name: type_ for name, type_ in live.items() if name.split(".")[0] in tables}
    assert {relation.attrib["table"] for relation in source.iterfind(".//relation[@type='table']")} == {f"[dwh].[{t}]" for t in tables}


def test_each_join_leads_to_a_key_and_each_key_of_the_facts_is_joined(source: ET.Element, warehouse: sa.Engine) -> None:
    with warehouse.connect() as connection:
        unique = {f"{table.removeprefix('dwh.')}.{column}" for table, column in connection.exec_driver_sql(KEYS)}
    clauses = clauses_of(source)
    assert {one for _, one in clauses} - unique == set()
    keys = {column for column in fields_of(source).values() if re.fullmatch(r"fact_sales\.\w+_key|dim_product\.category_key", column)}
    assert {many for many, _ in clauses} == keys
    reached = ["fact_sales"]
    for many, one in clauses:
        assert many.split(".")[0] in reached
        assert many.split(".")[1] == one.split(".")[1]
        reached.append(one.split(".")[0])
    assert len(reached) == len(set(reached))


def test_every_field_in_a_formula_or_drill_path_is_there(source: ET.Element) -> None:
    fields, visible = fields_of(source), {c.attrib["name"] for c in source.iterfind("column") if "hidden" not in c.attrib}
    formulas = [calculation.attrib["formula"] for calculation in source.iterfind("column/calculation")]
    assert {field for formula in formulas for field in re.findall(r"\[[^\]]+\]", formula)} - fields.keys() == set()
    paths = {path.attrib["name"]: [fields[str(field.text)] for field in path] for path in source.iterfind("drill-paths/drill-path")}
    assert paths == {
        "Calendar": ["dim_date.year", "dim_date.year_quarter", "dim_date.year_month", "dim_date.full_date"],
        "Category tree": ["dim_category.parent_name", "dim_category.name"],
        "Geography": ["dim_region.country", "dim_region.name"],
    }
    assert {str(field.text) for field in source.iterfind("drill-paths/drill-path/field")} - visible == set()


def test_names_and_captions_are_unique_and_every_field_has_a_description(source: ET.Element) -> None:
    columns = source.findall("column")
    for attribute in ("name", "caption"):
        values = [column.attrib[attribute].lower() for column in columns]
        assert sorted(values) == sorted(set(values))
    assert [column.attrib["name"] for column in columns if not column.findtext("desc/formatted-text/run")] == []


def test_an_analyst_sees_no_key_and_sums_figures_alone(source: ET.Element) -> None:
    seen = [column for column in source.iterfind("column") if column.attrib.get("hidden") != "true"]
    assert [c.attrib["name"] for c in seen if re.search(r"_key\b|batch_id|is_inferred|order_id", c.attrib["name"])] == []
    assert {c.attrib["name"] for c in seen if c.attrib["role"] == "measure"} == {
        c.attrib["name"] for c in source.iterfind("column") if c.find("calculation") is not None
    }


def test_the_connection_is_the_readers_and_holds_no_password(source: ET.Element) -> None:
    (connection,) = source.findall("connection/named-connections/named-connection/connection")
    assert connection.attrib == {
        "authentication": "username-password", "class": "postgres", "dbname": "techmarket", "port": "5432", "server": "localhost",
        "username": "techmarket_bi",
    }  # fmt: skip
    named = {named.attrib["name"] for named in source.iterfind("connection/named-connections/named-connection")}
    assert {relation.attrib["connection"] for relation in source.iterfind(".//relation[@type='table']")} == named
    assert not re.search(r"password(?!' class|\" class)|pwd|secret|techmarket_etl", SOURCE.read_text(encoding="utf-8"), re.IGNORECASE)


def test_the_joins_neither_lose_nor_double_a_sale_and_formulas_are_the_figures(
    source: ET.Element, warehouse: sa.Engine, settings: Settings
) -> None:
    batches = StagedBatches(warehouse, settings)
    batches.load(ROWS)
    relation = source.find("connection/relation")
    assert relation is not None
    rows, facts = joined(relation), "dwh.fact_sales AS f"
    assert numbers(batches, f"count(*), sum(revenue) FROM {rows}") == numbers(batches, f"count(*), sum(revenue) FROM {facts}")
    twins = {figure.name: figure.sql for figure in FIGURES}
    by_employee = "GROUP BY {0}.employee_key ORDER BY {0}.employee_key"
    for column in source.iterfind("column[calculation]"):
        name, (calculation,) = column.attrib["caption"], column.findall("calculation")
        formula = sql(calculation.attrib["formula"], fields_of(source))
        computed = numbers(batches, f"{formula} FROM {rows} {by_employee.format('fact_sales')}")
        assert computed == numbers(batches, f"{twins[name]} FROM {facts} {by_employee.format('f')}"), name
        assert len(computed) == 2, name


def numbers(batches: StagedBatches, selected: str) -> list[tuple[Decimal, ...]]:
    with batches.warehouse.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(f"SELECT {selected}")]
