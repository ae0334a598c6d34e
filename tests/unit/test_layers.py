import ast
from collections.abc import Iterator

import pytest

from tests.support.repository import ROOT

BELOW_ALL = {"techmarket", "techmarket.errors"}
"""What every room may import."""
ROOMS = {
    "techmarket.errors": set[str](),
    "techmarket.settings": set[str](),
    "techmarket.model": set[str](),
    "techmarket.db": {"techmarket.model", "techmarket.settings"},
    "techmarket.quality.rules": {"techmarket.db.quoting", "techmarket.model"},
    "techmarket.project": {"techmarket.model", "techmarket.quality.rules", "techmarket.settings"},
}
_ON_PROJECT = {"techmarket.db", "techmarket.model", "techmarket.project", "techmarket.settings"}
ROOMS |= {
    "techmarket.ledger": {"techmarket.db", "techmarket.model"},
    "techmarket.extract": _ON_PROJECT,
    "techmarket.staging": {"techmarket.extract.sealed", "techmarket.ledger", *_ON_PROJECT},
    "techmarket.quality": {"techmarket.quality.rules", "techmarket.ledger", *_ON_PROJECT},
}
_STAGES = {room for room in ROOMS if room != "techmarket.extract"} | {"techmarket.extract.sealed"}
ROOMS |= {"techmarket.release": _STAGES - {"techmarket.staging"} | {"techmarket.staging.requested_keys"}}
ROOMS |= {"techmarket.publish": ROOMS["techmarket.release"] | {"techmarket.release"}}
ROOMS |= {"techmarket.load": {*ROOMS}}
ROOMS |= {
    "techmarket.backfill": {*ROOMS},
    "techmarket.reconcile": {*ROOMS},
    "techmarket.setup": {*ROOMS} - {"techmarket.load", "techmarket.publish", "techmarket.staging"},
    "techmarket.seed": {"techmarket.db", "techmarket.model"},
    "expectations": {"techmarket.model", "techmarket.quality.rules"},
}
ROOMS |= {"techmarket.cli": {*ROOMS}, "tasks": {*ROOMS} - {"techmarket.cli"}}
ROOMS |= {"flows": ROOMS["tasks"] | {"tasks"}}
ROOMS |= {"infra": ROOMS["flows"] | {"flows"}}
"""Each room with what it may import besides itself."""

PACKAGES = ("techmarket", "expectations", "tasks", "flows", "infra")


def room_of(module: str) -> str:
    """The most specific room of a module; a module at the top of a package is its own."""
    inside = [room for room in ROOMS if module == room or module.startswith(f"{room}.")]
    return max(inside, key=len, default=module)


def imports(source: str) -> Iterator[str]:
    """Modules of this project that a source imports anywhere."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in PACKAGES)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in PACKAGES:
            yield from (f"{node.module}.{alias.name}" if is_module(f"{node.module}.{alias.name}") else node.module for alias in node.names)


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


def forbidden(module: str, source: str) -> list[str]:
    room = room_of(module)
    allowed = ROOMS.get(room, set()) | BELOW_ALL | {room}
    return sorted(
        {name for name in imports(source) if not any(name == other or name.startswith(f"{other}.") for other in allowed - {"techmarket"})}
        - {"techmarket"}
    )


MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
}


@pytest.mark.parametrize("room", ROOMS)
def test_a_folder_imports_only_what_it_may(room: str) -> None:
    found = {name: forbidden(name, path.read_text(encoding="utf-8")) for name, path in MODULES.items() if room_of(name) == room}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert found


def test_every_module_lies_in_a_room() -> None:
    assert [name for name in MODULES if room_of(name) not in ROOMS] == ["techmarket"]


def test_the_top_of_the_library_holds_three_modules_and_a_folder_a_stage() -> None:
    top = {path.name for path in (ROOT / "techmarket").glob("*.py")}
    assert top == {"__init__.py", "errors.py", "settings.py", "project.py"}
    assert (ROOT / "techmarket" / "sql").readlink().as_posix() == "../sql"
    for folder in (path for path in (ROOT / "techmarket").iterdir() if path.is_dir() and path.name not in {"__pycache__", "sql"}):
        assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))), folder.name


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("techmarket.model.catalog", "from techmarket.db import sql"),
        ("techmarket.db.engines", "import techmarket.ledger.batches"),
        ("techmarket.extract.live", "from techmarket.ledger.batches import Batch"),
        ("techmarket.staging.stage", "from techmarket.extract.live import extract"),
        ("techmarket.quality.gate.run", "def late():\n    from techmarket.release import release"),
        ("techmarket.release.release", "from techmarket.publish.data_docs import DataDocs"),
        ("techmarket.load.steps", "from techmarket.backfill.windows import Window"),
        ("techmarket.backfill.run", "from techmarket.cli import output"),
        ("techmarket.seed.history", "from techmarket.load.load import load"),
        ("techmarket.load.load", "from expectations import RULES"),
        ("expectations.orders", "from techmarket.ledger import batches"),
        ("tasks.stage", "import flows.load_warehouse"),
        ("techmarket.cli.commands", "from tasks.stage import stage_extract"),
        ("flows.load_warehouse", "from infra.local import servers"),
        ("infra.local.steps", "from techmarket.cli.reporting import say_error"),
    ],
)
def test_a_forbidden_import_is_found(module: str, source: str) -> None:
    assert forbidden(module, source)
