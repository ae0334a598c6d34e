"""A strict TMDL reader: like Power BI Desktop, it refuses what it does not know."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

CHILDREN: Final = {
    "": {"database", "model", "table", "relationship", "expression", "annotation", "ref table"},
    "table": {"column", "measure", "hierarchy", "partition", "annotation"},
    "hierarchy": {"level", "annotation"},
    "column": {"annotation"},
    "expression": {"annotation"},
}
PROPERTIES: Final = {
    "database": {"compatibilityLevel"},
    "model": {"culture", "defaultPowerBIDataSourceVersion", "discourageImplicitMeasures", "sourceQueryCulture"},
    "table": {"lineageTag", "dataCategory"},
    "relationship": {"isActive", "fromColumn", "toColumn"},
    "expression": {"lineageTag"},
    "column": {"dataType", "isHidden", "isKey", "formatString", "lineageTag", "summarizeBy", "sourceColumn", "sortByColumn"},
    "measure": {"formatString", "displayFolder", "lineageTag", "isHidden"},
    "hierarchy": {"lineageTag"},
    "level": {"lineageTag", "column"},
    "partition": {"mode", "source"},
}
FLAGS: Final = {"discourageImplicitMeasures", "isHidden", "isKey"}
_NAME: Final = r"(?P<name>'(?:[^']|'')+'|[\w-]+)"
_OBJECT: Final = re.compile(rf"(?P<kind>ref table|[a-z]+) {_NAME}(?: = (?P<value>.+))?$")
_PROPERTY: Final = re.compile(r"(?P<name>[a-zA-Z]+)(?:: (?P<value>\S.*))?$")


@dataclass
class Node:
    kind: str
    name: str
    value: str = ""
    meaning: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)

    def of(self, kind: str) -> dict[str, "Node"]:
        return {child.name: child for child in self.children if child.kind == kind}

    def everything(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.everything()


def parts(reference: str) -> list[str]:
    """The names in ``fact_sales.'Line date key'``."""
    return [quoted.replace("''", "'") or bare for quoted, bare in re.findall(r"'((?:[^']|'')+)'|([\w-]+)", reference)]


def read_tmdl(folder: Path) -> Node:
    root = Node("", "")
    for path in sorted(folder.rglob("*.tmdl")):
        _Reader(root, path).read()
    return root


class _Reader:
    def __init__(self, root: Node, path: Path) -> None:
        self.path, self.open, self.meaning = path, [root], ""
        self.lines = list(enumerate(path.read_text(encoding="utf-8").splitlines(), start=1))

    def read(self) -> None:
        while self.lines:
            number, line = self.lines.pop(0)
            if line:
                try:
                    self._take(line.lstrip("\t"), len(line) - len(line.lstrip("\t")))
                except ValueError as exc:
                    msg = f"{self.path.name}:{number}: {exc}: {line!r}"
                    raise ValueError(msg) from exc
        assert not self.meaning, f"{self.path.name} ends with the description of nothing"

    def _take(self, text: str, depth: int) -> None:
        if text != text.strip() or depth >= len(self.open):
            msg = "wrong indentation"
            raise ValueError(msg)
        del self.open[depth + 1 :]
        if text.startswith("/// ") and not self.meaning:
            self.meaning = text.removeprefix("/// ")
        elif (found := _OBJECT.match(text)) and found["kind"] in CHILDREN.get(self.open[-1].kind, set()):
            self._add(Node(found["kind"], found["name"].strip("'").replace("''", "'"), found["value"] or "", self.meaning))
        elif text == "database" and depth == 0:
            self._add(Node("database", ""))
        else:
            self._set(text, depth)

    def _add(self, node: Node) -> None:
        parent = self.open[-1]
        if node.name in parent.of(node.kind):
            msg = "a second one of this name"
            raise ValueError(msg)
        parent.children.append(node)
        self.open.append(node)
        self.meaning = ""

    def _set(self, text: str, depth: int) -> None:
        owner = self.open[-1]
        if text == "source =":
            name, value = "source", self._block(depth)
        elif found := _PROPERTY.match(text):
            name, value = found["name"], found["value"] or ""
        else:
            msg = "neither an object nor a property"
            raise ValueError(msg)
        if name not in PROPERTIES.get(owner.kind, set()) or name in owner.properties or self.meaning or bool(value) == (name in FLAGS):
            msg = f"no such property of a {owner.kind}, or a second one"
            raise ValueError(msg)
        owner.properties[name] = value

    def _block(self, depth: int) -> str:
        """Indented deeper than its owner."""
        taken = []
        while self.lines and self.lines[0][1].startswith("\t" * (depth + 2)):
            taken.append(self.lines.pop(0)[1].strip())
        return "\n".join(taken)
