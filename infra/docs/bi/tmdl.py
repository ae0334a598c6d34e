"""The star as a Power BI semantic model in TMDL, with tabs like Power BI Desktop.

Columns are named by captions: Power BI ignores case, and ``revenue`` would clash with ``Revenue``. Lineage tags derive from the warehouse's
names.
"""

from collections.abc import Iterator
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from infra.docs.bi.captions import caption
from infra.docs.bi.figures import FIGURES, UAH, WHOLE
from infra.docs.bi.model import DATE_COLUMN, DATE_TABLE, HIERARCHIES, RELATIONSHIPS, SORTED_BY, is_hidden
from infra.docs.bi.star import Column, Table, star

_TYPES: Final = {
    "integer": "int64", "smallint": "int64", "bigint": "int64", "numeric": "decimal", "text": "string", "boolean": "boolean",
    "date": "dateTime", "timestamp": "dateTime",
}  # fmt: skip
"""TOM's decimal has four exact places."""


def tag(*names: str) -> str:
    """A UUID, equal in each rendering."""
    return str(uuid5(NAMESPACE_URL, "/".join(("techmarket", *names))))


def quoted(name: str) -> str:
    """A name, quoted unless one word."""
    return name if name.isidentifier() else "'" + name.replace("'", "''") + "'"


def _called(owner: str, column: str) -> str:
    return quoted(caption(owner, column))


def model() -> str:
    """``model.tmdl``."""
    refs = "\n".join(f"ref table {name}" for name in star())
    return (
        "model Model\n\tculture: en-US\n\tdefaultPowerBIDataSourceVersion: powerBI_V3\n\tdiscourageImplicitMeasures\n"
        f"\tsourceQueryCulture: en-US\n\nannotation __PBI_TimeIntelligenceEnabled = 0\n\n{refs}\n"
    )


def expressions() -> str:
    """``expressions.tmdl``: the warehouse's address."""
    return "\n".join(_parameter(name, value) for name, value in (("Server", "localhost:5432"), ("Database", "techmarket")))


def _parameter(name: str, value: str) -> str:
    return (
        f'expression {name} = "{value}" meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]\n'
        f"\tlineageTag: {tag('parameter', name)}\n\n\tannotation PBI_ResultType = Text\n"
    )


def relationships() -> str:
    """``relationships.tmdl``: many to one."""
    return "\n".join(
        f"relationship {tag('relationship', r.many, r.column)}\n"
        + ("" if r.active else "\tisActive: false\n")
        + f"\tfromColumn: {r.many}.{_called(r.many, r.column)}\n\ttoColumn: {r.one}.{_called(r.one, r.column)}\n"
        for r in RELATIONSHIPS
    )


def table(declared: Table) -> str:
    """``tables/<name>.tmdl``: measures, columns, hierarchies and the query."""
    lines = [f"/// {declared.meaning}", f"table {declared.name}", f"\tlineageTag: {tag(declared.name)}"]
    lines += ["\tdataCategory: Time"] if declared.name == DATE_TABLE else []
    blocks = [*_measures(declared), *(_column(declared.name, c) for c in declared.columns), *_hierarchies(declared), _partition(declared)]
    return "\n\n".join("\n".join(block) for block in (lines, *blocks)) + "\n"


def _measures(declared: Table) -> Iterator[list[str]]:
    for figure in FIGURES:
        if figure.table == declared.name:
            yield [
                f"\t/// {figure.meaning}",
                f"\tmeasure {quoted(figure.name)} = {figure.dax}",
                f"\t\tformatString: {figure.format}",
                f"\t\tdisplayFolder: {figure.folder}",
                f"\t\tlineageTag: {tag('measure', figure.name)}",
            ]


def _column(owner: str, column: Column) -> list[str]:
    lines = [f"\t/// {column.meaning}", f"\tcolumn {_called(owner, column.name)}", f"\t\tdataType: {_TYPES[column.type]}"]
    lines += ["\t\tisHidden"] if is_hidden(owner, column.name, column.type) else []
    lines += ["\t\tisKey"] if column.name == _key(owner) else []
    lines += [f"\t\tformatString: {text}"] if (text := _format(owner, column)) else []
    lines += [f"\t\tlineageTag: {tag(owner, column.name)}", "\t\tsummarizeBy: none", f"\t\tsourceColumn: {column.name}"]
    sort = SORTED_BY.get((owner, column.name))
    return [*lines, *([f"\t\tsortByColumn: {_called(owner, sort)}"] if sort else []), "", "\t\tannotation SummarizationSetBy = User"]


def _key(owner: str) -> str | None:
    """For the calendar the day, which marks the date table."""
    if owner == DATE_TABLE:
        return DATE_COLUMN
    return owner.replace("dim_", "") + "_key" if owner.startswith("dim_") else None


def _format(owner: str, column: Column) -> str | None:
    match column.type:
        case "numeric":
            return UAH
        case "date":
            return "yyyy-mm-dd"
        case "timestamp":
            return "yyyy-mm-dd hh:nn:ss"
        case "integer" | "smallint" | "bigint":
            return WHOLE if owner.startswith("fact_") and column.name == "quantity" else "0"
    return None


def _hierarchies(declared: Table) -> Iterator[list[str]]:
    for (owner, name), levels in HIERARCHIES.items():
        if owner == declared.name:
            yield [f"\thierarchy {quoted(name)}", f"\t\tlineageTag: {tag(owner, 'hierarchy', name)}"]
            for level in levels:
                lineage, called = tag(owner, "hierarchy", name, level), _called(owner, level)
                yield [f"\t\tlevel {called}", f"\t\t\tlineageTag: {lineage}", f"\t\t\tcolumn: {called}"]


def _partition(declared: Table) -> list[str]:
    money = [c.name for c in declared.columns if c.type == "numeric"]
    steps = ["Source = PostgreSQL.Database(Server, Database)", f'Rows = Source{{[Schema="dwh",Item="{declared.name}"]}}[Data]']
    names = ", ".join(f'"{c.name}"' for c in declared.columns)
    steps.append(f"Columns = Table.SelectColumns(Rows, {{{names}}})")
    if declared.name == DATE_TABLE:  # a date table must have no blank date
        steps.append("Days = Table.SelectRows(Columns, each [date_key] <> 0)")
    if money:
        types = ", ".join(f'{{"{name}", Currency.Type}}' for name in money)
        steps.append(f"Money = Table.TransformColumnTypes(Columns, {{{types}}})")
    body = ",\n".join(f"\t\t\t\t\t{step}" for step in steps)
    last = steps[-1].partition(" ")[0]
    return [f"\tpartition {declared.name} = m", "\t\tmode: import", "\t\tsource =", "\t\t\t\tlet", body, "\t\t\t\tin", f"\t\t\t\t\t{last}"]
