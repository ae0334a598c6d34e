import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import techmarket
from tests.support.repository import ROOT

PACKAGES = {"expectations": "expectations", "flows": "flows", "sql": "techmarket/sql", "tasks": "tasks", "techmarket": "techmarket"}
"""Folders at the top of the repository, and where an installation has them."""
RENDER = """
from datetime import UTC, date, datetime
from decimal import Decimal
import techmarket
from techmarket.publish.sales_report import site
from techmarket.publish.sales_report.figures import Dynamics, Figures, Sales
from techmarket.publish.sales_report.periods import Period
from techmarket.db.sql import read_sql

last = date(2026, 11, 20)
load = {"batch_id": 1, "mode": "full", "snapshot_at": datetime.now(UTC), "finished_at": None, "verdict": "PASS", "certificate": None}
dynamics = Dynamics({last: Sales(str(last), Decimal("100.05"), 1, 1, None)})
lists = {name: [] for name in ("best_by_revenue", "worst_by_revenue", "best_by_quantity", "worst_by_quantity")}
page = site.render(Figures(load, [], dynamics, Period.ending(last), "2026-11", products=lists, products_all_time=lists))
assert 'data-value="10005"' in page and "new Chart(" in page and ".headline" in page
assert read_sql("postgres/01_dwh_schema.sql")
print(techmarket.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, to keep the checkout clean."""
    copy, built = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("dist")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, copy)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", built, copy], check=True)
    (file,) = built.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, and its dependencies from the tests' environment."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-compile", wheel], check=True)
    # Of a folder that is added like this Python reads no .pth, so that the editable checkout in it stays out.
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return home / "bin"


def without_checkout() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH" and not name.startswith("TECHMARKET_")}


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    files = {
        f"{installed}/{path.relative_to(ROOT / package).as_posix()}"
        for package, installed in PACKAGES.items()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert {"missing": files - packed, "more": packed - files} == {"missing": set(), "more": set()}
    assert wheel.name.startswith(f"techmarket-{techmarket.__version__}-")


def test_the_command_and_the_report_work_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    shown = subprocess.run([installed / "techmarket", "--help"], cwd=tmp_path, env=without_checkout(), check=True, capture_output=True)
    assert b"bootstrap" in shown.stdout
    rendered = subprocess.run(
        [installed / "python", "-c", RENDER], cwd=tmp_path, env=without_checkout(), check=True, capture_output=True, text=True
    )
    assert Path(rendered.stdout.strip()).is_relative_to(installed.parent)
