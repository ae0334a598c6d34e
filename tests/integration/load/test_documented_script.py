"""The unchanged script of docs/library.md."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

import techmarket
from techmarket.seed import load_sample
from tests.support.command_line import environment
from tests.support.repository import ROOT

PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
(SCRIPT,) = re.findall(r"<!-- script -->\n```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_documented_script_loads_checks_and_reconciles(
    source_admin: sa.Engine, source: sa.Engine, dwh_database: URL, tmp_path: Path
) -> None:
    load_sample(source_admin)
    settings = {"OLTP_URL": source.url, "DWH_URL": dwh_database.set(username="techmarket_etl")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], check=False, cwd=tmp_path, env=environment(**settings), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    first, *tables, checked, compared = done.stdout.splitlines()
    assert re.fullmatch(r"batch 1: (PASS|WARN)", first)
    assert {line.partition(":")[0] for line in tables} >= {"orders", "order_items", "payments"}
    assert checked.startswith("checked again: ")
    assert compared


@pytest.mark.parametrize("name", techmarket.__all__)
def test_what_the_library_offers_is_there_and_on_the_page(name: str) -> None:
    assert getattr(techmarket, name)
    assert f"`{name}" in PAGE or f"{name}(" in PAGE


def test_what_it_does_not_offer_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'pipeline'"):
        _ = techmarket.pipeline
