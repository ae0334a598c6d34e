"""The folders of infra/ import what their docstrings allow; the pipeline imports none of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.repository import ROOT

ALLOWED = {
    "local": set[str](),
    "docs": set[str](),
    "image": {"local"},
    "demo": {"local"},
    "stack": {"image", "local"},
    "versions": {"docs", "local"},
}


def imported(folder: Path) -> Iterator[tuple[Path, str]]:
    """File and module of each import; ``from a import b`` counts as ``a.b``."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((file.relative_to(ROOT), name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((file.relative_to(ROOT), f"{node.module}.{name.name}") for name in node.names)


def test_infra_has_these_folders_and_no_loose_module() -> None:
    assert {path.parent.name for path in (ROOT / "infra").glob("*/__init__.py")} == set(ALLOWED)
    assert [path.name for path in (ROOT / "infra").iterdir() if path.is_file() and path.name not in {"__init__.py", ".env"}] == []


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_folder_of_infra_imports_what_it_may(folder: str) -> None:
    allowed = ALLOWED[folder] | {folder}
    foreign = [
        (str(file), module)
        for file, module in imported(ROOT / "infra" / folder)
        if (module.startswith("infra.") and module.split(".")[1] not in allowed) or module.startswith("techmarket.cli")
    ]
    assert foreign == []


@pytest.mark.parametrize("package", ["techmarket", "tasks", "flows", "expectations"])
def test_the_pipeline_does_not_import_infra(package: str) -> None:
    assert [(str(file), module) for file, module in imported(ROOT / package) if module.split(".")[0] == "infra"] == []
