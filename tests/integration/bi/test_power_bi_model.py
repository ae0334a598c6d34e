import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.documents.tmdl_reader import Node, parts, read_tmdl

BI = Path("docs/bi")
DEFINITION = BI / "powerbi/TechMarket.SemanticModel/definition"
TYPES = {
    "integer": "int64", "smallint": "int64", "bigint": "int64", "numeric": "decimal", "text": "string", "boolean": "boolean",
    "date": "dateTime", "timestamp without time zone": "dateTime",
}  # fmt: skip

# Required and allowed keys of each file, by the vendor's schemas (repository microsoft/json-schemas, folder fabric).
PUBLISHED = {
    "TechMarket.pbip": ({"$schema", "version", "artifacts"}, {"settings"}),
    "TechMarket.SemanticModel/definition.pbism": ({"$schema", "version"}, {"settings"}),
    "TechMarket.SemanticModel/.platform": ({"$schema", "metadata", "config"}, set()),
    "TechMarket.Report/.platform": ({"$schema", "metadata", "config"}, set()),
    "TechMarket.Report/definition.pbir": ({"$schema", "version", "datasetReference"}, set()),
    "TechMarket.Report/definition/version.json": ({"$schema", "version"}, set()),
    "TechMarket.Report/definition/report.json": (
        {"$schema", "themeCollection"},
        {
            "filterConfig", "objects", "reportSource", "publicCustomVisuals", "resourcePackages", "organizationCustomVisuals",
            "annotations", "dataSourceVariables", "settings", "slowDataSourceSettings",
        },
    ),
    "TechMarket.Report/definition/pages/pages.json": ({"$schema"}, {"pageOrder", "activePageName"}),
    "TechMarket.Report/definition/pages/sales/page.json": (
        {"$schema", "displayName", "displayOption", "name"},
        {
            "height", "width", "filterConfig", "pageBinding", "objects", "type", "visibility", "visualInteractions",
            "autoPageGenerationConfig", "annotations", "howCreated",
        },
    ),
}  # fmt: skip

COLUMNS = """
SELECT table_name, column_name, data_type
FROM information_schema.columns
WHERE table_schema = 'dwh' AND (table_name LIKE 'dim\\_%' OR table_name LIKE 'fact\\_%')
"""
UNIQUE = """
SELECT c.relname || '.' || a.attname
FROM pg_index AS i
JOIN pg_class AS c ON i.indrelid = c.oid
JOIN pg_namespace AS n ON c.relnamespace = n.oid AND n.nspname = 'dwh'
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
WHERE i.indisunique AND i.indnkeyatts = 1 AND i.indpred IS NULL
"""
FOREIGN_KEYS = """
SELECT conrelid::regclass || '.' || a.attname, confrelid::regclass || '.' || b.attname
FROM pg_constraint AS k
JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
WHERE k.contype = 'f' AND k.connamespace = 'dwh'::regnamespace
"""


@pytest.fixture(scope="module")
def model() -> Node:
    return read_tmdl(DEFINITION)


def columns_of(model: Node) -> dict[str, Node]:
    """Each column by its warehouse name: ``fact_sales.date_key``."""
    columns = [(f"{t.name}.{c.properties['sourceColumn']}", c) for t in model.of("table").values() for c in t.of("column").values()]
    assert len(columns) == len(dict(columns))
    return dict(columns)


def warehouses(model: Node, reference: str) -> str:
    """The warehouse's name for ``fact_sales.'Line date key'``."""
    table, column = parts(reference)
    return f"{table}.{model.of('table')[table].of('column')[column].properties['sourceColumn']}"


def repeated(names: Iterable[str]) -> list[str]:
    """Names that are equal without case."""
    return [name for name, times in Counter(name.casefold() for name in names).items() if times > 1]


def test_the_model_has_the_columns_and_types_of_the_live_warehouse(model: Node, warehouse: sa.Engine) -> None:
    with warehouse.connect() as connection:
        live = {f"{table}.{column}": TYPES[type_] for table, column, type_ in connection.exec_driver_sql(COLUMNS.replace("%", "%%"))}
    modelled = {name: node.properties["dataType"] for name, node in columns_of(model).items()}
    assert modelled == live


def test_every_relationship_leads_to_a_unique_column_and_every_key_has_one(model: Node, warehouse: sa.Engine) -> None:
    with warehouse.connect() as connection:
        unique = set(connection.exec_driver_sql(UNIQUE).scalars())
        foreign = {(many.removeprefix("dwh."), one.removeprefix("dwh.")) for many, one in connection.exec_driver_sql(FOREIGN_KEYS)}
    ends = [(r.properties["fromColumn"], r.properties["toColumn"]) for r in model.of("relationship").values()]
    related = {(warehouses(model, many), warehouses(model, one)) for many, one in ends}
    columns = columns_of(model)
    assert {one for _, one in related} - unique == set()
    assert {key for key in foreign if key[0] in columns} - related == set()
    keys = {name for name in columns if name.endswith("_key")} - {one for _, one in related}
    assert keys == {many for many, _ in related}
    for many, one in related:
        assert columns[many].properties["dataType"] == columns[one].properties["dataType"]


def test_no_two_active_paths_lead_from_a_table_to_another(model: Node) -> None:
    ways: dict[str, list[str]] = {}
    for r in model.of("relationship").values():
        if r.properties.get("isActive") != "false":
            ways.setdefault(parts(r.properties["fromColumn"])[0], []).append(parts(r.properties["toColumn"])[0])

    def reached(table: str) -> list[str]:
        return [end for one in ways.get(table, []) for end in (one, *reached(one))]

    for table in model.of("table"):
        assert len(reached(table)) == len(set(reached(table))), table


def test_every_name_in_the_model_is_of_something_there(model: Node) -> None:
    tables = model.of("table")
    assert set(model.of("ref table")) == set(tables)
    measures = {name for table in tables.values() for name in table.of("measure")}
    for table in tables.values():
        columns = table.of("column")
        for column in columns.values():
            assert "sortByColumn" not in column.properties or parts(column.properties["sortByColumn"])[0] in columns
        for hierarchy in table.of("hierarchy").values():
            for level in hierarchy.of("level").values():
                assert parts(level.properties["column"]) == [level.name]
                assert level.name in columns
        for measure in table.of("measure").values():
            for owner, name in re.findall(r"(\w*)\[([^\]]+)\]", measure.value):
                assert name in (tables[owner].of("column") if owner else measures), f"{measure.name}: {owner}[{name}]"
            assert measure.value.count("(") == measure.value.count(")")


def test_no_two_names_differ_in_case_alone(model: Node) -> None:
    """Power BI ignores case in names: within a table, and of all measures."""
    tables = model.of("table")
    for table in tables.values():
        assert repeated(node.name for node in table.children if node.kind in {"column", "measure", "hierarchy"}) == [], table.name
    measures = [measure for table in tables.values() for measure in table.of("measure")]
    columns = [column for table in tables.values() for column in table.of("column")]
    assert repeated([*measures, *columns, *tables]) == []


def test_columns_are_called_in_words(model: Node) -> None:
    columns = [column for table in model.of("table").values() for column in table.of("column")]
    assert [column for column in columns if not re.fullmatch(r"[A-Z][A-Za-z]*( [A-Za-z]+)*", column)] == []


def test_lineage_tags_are_unique_and_everything_an_analyst_sees_has_one_and_a_description(model: Node) -> None:
    seen = [node for node in model.everything() if node.kind in {"table", "column", "measure"}]
    tags = [node.properties["lineageTag"] for node in model.everything() if "lineageTag" in node.properties]
    assert len(tags) == len(set(tags))
    assert [node.name for node in seen if not (node.meaning and "lineageTag" in node.properties)] == []


def test_the_calendar_is_marked_and_has_no_blank_day(model: Node) -> None:
    calendar = model.of("table")["dim_date"]
    assert calendar.properties["dataCategory"] == "Time"
    assert "isKey" in calendar.of("column")["Date"].properties
    assert "each [date_key] <> 0" in calendar.of("partition")["dim_date"].properties["source"]


def test_rows_are_read_as_they_are_modelled_from_where_the_parameters_say(model: Node) -> None:
    for name, table in model.of("table").items():
        source = table.of("partition")[name].properties["source"]
        selected = re.search(r"SelectColumns\(Rows, \{(.*)\}\)", source)
        assert selected
        assert selected[1].replace('"', "").split(", ") == [column.properties["sourceColumn"] for column in table.of("column").values()]
        assert f'PostgreSQL.Database(Server, Database),\nRows = Source{{[Schema="dwh",Item="{name}"]}}[Data]' in source
    assert set(model.of("expression")) == {"Server", "Database"}


def test_the_shortcut_has_the_documented_keys() -> None:
    shortcut = json.loads((BI / "techmarket.pbids").read_text(encoding="utf-8"))
    (connection,) = shortcut["connections"]
    assert shortcut.keys() == {"version", "connections"}
    assert connection.keys() == {"details", "options", "mode"}
    assert connection["details"] == {"protocol": "postgresql", "address": {"server": "localhost:5432", "database": "techmarket"}}


@pytest.mark.parametrize("file", PUBLISHED, ids=str)
def test_the_json_files_have_what_their_published_schemas_ask_for_and_nothing_else(file: str) -> None:
    needed, allowed = PUBLISHED[file]
    content = json.loads((BI / "powerbi" / file).read_text(encoding="utf-8"))
    assert needed - content.keys() == set()
    assert content.keys() - needed - allowed == set()
    assert re.fullmatch(r"https://developer\.microsoft\.com/json-schemas/fabric/[\w/]+/\d+\.\d+\.\d+/schema\.json", content["$schema"])


def test_every_file_is_one_that_the_project_names_and_none_holds_a_secret(model: Node) -> None:
    files = [path for path in BI.rglob("*") if path.is_file() and path.suffix not in {".md", ".tds"}]
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"password|pwd=|secret|techmarket_etl|postgres:", text, re.IGNORECASE), path
        if path.suffix != ".tmdl":
            json.loads(text)
    assert {path.stem for path in files if path.parent.name == "tables"} == set(model.of("table"))
    report = json.loads((BI / "powerbi/TechMarket.pbip").read_text(encoding="utf-8"))["artifacts"][0]["report"]["path"]
    semantic = json.loads((BI / "powerbi" / report / "definition.pbir").read_text(encoding="utf-8"))["datasetReference"]["byPath"]["path"]
    assert (BI / "powerbi" / report / semantic / "definition.pbism").is_file()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("\t\tcolumn x", "wrong indentation"),
        ("    column x", "wrong indentation"),
        ("\tcolum x", "neither an object"),
        ("\tsortByColumn: x", "no such property of a table"),
        ("\tcolumn a b", "neither an object"),
    ],
)
def test_the_reader_refuses_what_is_no_tmdl(tmp_path: Path, line: str, complaint: str) -> None:
    (tmp_path / "t.tmdl").write_text(f"table t\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"t\.tmdl:2: {complaint}"):
        read_tmdl(tmp_path)
