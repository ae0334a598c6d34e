import ast

from tests.support.repository import ROOT

LIBRARY = ROOT / "techmarket"
MOST_PARAMETERS = 6
OF_A_PROJECT = {"catalog", "rules", "settings"}
BEFORE_A_PROJECT = {"checked_rules", "_undeclared", "_uncovered"}
"""They check the rules against the catalogue when both are declared."""


def test_no_function_takes_catalogue_rules_and_settings_apart_or_more_than_six_parameters() -> None:
    """Commands are left out: their parameters are command-line options."""
    found = {}
    for path in (path for path in LIBRARY.rglob("*.py") if path.name != "commands.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name not in BEFORE_A_PROJECT:
                given = node.args
                names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs) if each.arg not in {"self", "cls"}]
                if len(names) > MOST_PARAMETERS or len(OF_A_PROJECT & {*names}) > 1:
                    found[f"{path.relative_to(LIBRARY)}: {node.name}"] = names
    assert found == {}
