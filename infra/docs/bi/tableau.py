"""The sales star as a Tableau data source."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final
from xml.etree import ElementTree as ET

from infra.docs.bi.captions import caption
from infra.docs.bi.figures import FIGURES, PERCENT, UAH, WHOLE, Figure
from infra.docs.bi.model import HIERARCHIES, RELATIONSHIPS, Relationship, is_hidden
from infra.docs.bi.star import Column, star

FACTS: Final = "fact_sales"
_CONNECTION: Final = "postgres.techmarket"

_TYPES: Final = {
    "integer": "integer", "smallint": "integer", "bigint": "integer", "numeric": "real", "text": "string", "boolean": "boolean",
    "date": "date", "timestamp": "datetime",
}  # fmt: skip
"""Tableau has no exact decimal."""

_MONEY: Final = '*#,##0.00 "UAH"'
_DATATYPE_FORMATS: Final = {"integer": "*0", "date": "*yyyy-mm-dd", "datetime": "*yyyy-mm-dd hh:nn:ss", "real": _MONEY}
_FIGURE_FORMATS: Final = {UAH: _MONEY, WHOLE: "*#,##0", PERCENT: "p0.00%"}

FORMULAS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Revenue": "SUM([revenue])",
        "Quantity": "SUM([quantity])",
        "Discount": "SUM([discount_amount])",
        "Cost": "SUM([cost])",
        "Margin": "SUM([margin])",
        "Margin %": "SUM([margin]) / SUM(IF NOT ISNULL([cost]) THEN [revenue] END)",
        "Orders": "COUNTD([order_id])",
        "Lines": "COUNT([order_item_id])",
        "Average check": "SUM([revenue]) / COUNTD([order_id])",
    }
)
"""Figures that depend on no sheet."""


def data_source() -> str:
    """``techmarket.tds``."""
    root = ET.Element("datasource", {"formatted-name": "techmarket", "inline": "true", "version": "18.1"})
    root.append(_connection())
    ET.SubElement(root, "aliases", {"enabled": "yes"})
    root.extend(_column(table, column, field) for (table, column), field in _fields().items())
    root.extend(_figure(figure) for figure in FIGURES if figure.name in FORMULAS)
    root.append(_drill_paths())
    ET.SubElement(root, "layout", {"dim-ordering": "alphabetic", "measure-ordering": "alphabetic", "show-structure": "true"})
    ET.indent(root)
    return "<?xml version='1.0' encoding='utf-8' ?>\n" + ET.tostring(root, encoding="unicode") + "\n"


def _joins() -> Iterator[Relationship]:
    """Active, reachable from the facts."""
    reached = {FACTS}
    for relationship in RELATIONSHIPS:
        if relationship.active and relationship.many in reached:
            reached.add(relationship.one)
            yield relationship


def _fields() -> dict[tuple[str, Column], str]:
    """Columns to unique names."""
    tables, fields, taken = star(), {}, set()
    for table in (FACTS, *(join.one for join in _joins())):
        for column in tables[table].columns:
            fields[table, column] = f"[{column.name} ({table})]" if column.name in taken else f"[{column.name}]"
            taken.add(column.name)
    return fields


def _connection() -> ET.Element:
    """Without a password: Tableau asks for it."""
    federated = ET.Element("connection", {"class": "federated"})
    named = ET.SubElement(ET.SubElement(federated, "named-connections"), "named-connection", {"caption": "localhost", "name": _CONNECTION})
    where = {"dbname": "techmarket", "port": "5432", "server": "localhost", "username": "techmarket_bi"}
    ET.SubElement(named, "connection", {"authentication": "username-password", "class": "postgres", **where})
    relation = _table(FACTS)
    for join in _joins():
        relation = _join(relation, join)
    federated.append(relation)
    columns = ET.SubElement(federated, "cols")
    for (table, column), field in _fields().items():
        ET.SubElement(columns, "map", {"key": field, "value": f"[{table}].[{column.name}]"})
    return federated


def _table(name: str) -> ET.Element:
    return ET.Element("relation", {"connection": _CONNECTION, "name": name, "table": f"[dwh].[{name}]", "type": "table"})


def _join(left: ET.Element, join: Relationship) -> ET.Element:
    """Add a dimension; a left join loses no sale."""
    relation = ET.Element("relation", {"join": "left", "type": "join"})
    equal = ET.SubElement(ET.SubElement(relation, "clause", {"type": "join"}), "expression", {"op": "="})
    for table in (join.many, join.one):
        ET.SubElement(equal, "expression", {"op": f"[{table}].[{join.column}]"})
    relation.extend([left, _table(join.one)])
    return relation


def _column(table: str, column: Column, field: str) -> ET.Element:
    """Only facts' numbers are measures: list prices must not be summed."""
    datatype = _TYPES[column.type]
    is_measure = table == FACTS and datatype in {"integer", "real"} and not column.name.endswith(("_key", "_id"))
    attributes = {"caption": caption(table, column.name), "datatype": datatype}
    if datatype in _DATATYPE_FORMATS:
        attributes["default-format"] = _DATATYPE_FORMATS[datatype]
    if is_hidden(table, column.name, column.type):
        attributes["hidden"] = "true"
    scale = "nominal" if datatype in {"string", "boolean"} else "ordinal"
    role = {"role": "measure", "type": "quantitative"} if is_measure else {"role": "dimension", "type": scale}
    return _described(ET.Element("column", {**attributes, "name": field, **role}), column.meaning)


def _figure(figure: Figure) -> ET.Element:
    name = "figure_" + figure.name.lower().replace("%", "percent").replace(" ", "_")
    datatype = "integer" if figure.format == WHOLE else "real"
    column = ET.Element("column", {
        "caption": figure.name, "datatype": datatype, "default-format": _FIGURE_FORMATS[figure.format], "name": f"[{name}]",
        "role": "measure", "type": "quantitative",
    })  # fmt: skip
    ET.SubElement(column, "calculation", {"class": "tableau", "formula": FORMULAS[figure.name]})
    return _described(column, figure.meaning)


def _described(column: ET.Element, meaning: str) -> ET.Element:
    text = ET.SubElement(ET.SubElement(column, "desc"), "formatted-text")
    ET.SubElement(text, "run").text = meaning
    return column


def _drill_paths() -> ET.Element:
    fields = {(table, column.name): field for (table, column), field in _fields().items()}
    paths = ET.Element("drill-paths")
    for (table, name), levels in HIERARCHIES.items():
        path = ET.SubElement(paths, "drill-path", {"name": name})
        for level in levels:
            ET.SubElement(path, "field").text = fields[table, level]
    return paths
