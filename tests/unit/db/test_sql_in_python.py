"""The few statements that Python builds from declared names look like those in sql/."""

import ast
import re

from tests.support.repository import ROOT

ANOTHER_STYLE = re.compile(r"\b(?!ARRAY\()[A-Z][A-Z_0-9]+\(|\w\)?::[a-z]")


def strings(source: str) -> list[str]:
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in prose)
    return [node.value for node in constants if isinstance(node.value, str)]


def test_functions_are_in_lower_case_and_casts_are_written_out() -> None:
    modules = [path for room in ("techmarket", "expectations") for path in sorted((ROOT / room).rglob("*.py"))]
    found = [(path.name, text) for path in modules for text in strings(path.read_text(encoding="utf-8")) if ANOTHER_STYLE.search(text)]
    assert found == []


def test_another_style_is_found() -> None:
    assert [
        text for text in strings('x = "SELECT COUNT(*)", "a.b::text", "count(*) IN (1)", "ARRAY(SELECT 1)"') if ANOTHER_STYLE.search(text)
    ] == [
        "SELECT COUNT(*)",
        "a.b::text",
    ]
