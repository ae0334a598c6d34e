"""A first day in a terminal of 80 columns."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from infra.local.databases import fresh_database
from techmarket.ledger.batches import load_lock
from techmarket.seed import create_reader, create_schema, load_sample
from tests.support.command_line import PROGRAM, environment
from tests.support.repository import ROOT
from tests.support.terminal import COLUMNS, Seen, seen

SESSION = [sys.executable, str(ROOT / "tests" / "support" / "cli_session.py")]
FIRST_DAY = (
    ("seed --sample", 0),
    ("doctor", 2),
    ("load", 2),
    ("rejects", 2),
    ("reconcile", 2),
    ("report", 2),
    ("bootstrap", 0),
    ("report", 2),
    ("check", 2),
    ("reconcile", 2),
    ("rejects", 0),
    ("load --full", 0),
    ("rejects", 0),
    ("rejects --all", 0),
    ("rejects --rule order_items.quantity_positive", 0),
    ("rejects --all --limit 1", 0),
    ("rejects --table regions --all", 0),
    ("check", 0),
    ("check 20261122T030000Z-1a2b3c", 6),
    ("load --severity orders.status_know=warning", 2),
    ("report", 0),
    ("reconcile", 0),
    ("backfill --start 2026-09-01 --end 2026-12-01", 0),
    ("load", 0),
    ("doctor", 0),
)
SPOILED = "UPDATE order_items SET quantity = -1 ORDER BY order_item_id LIMIT 2"


@pytest.fixture
def first_day(oltp_database: URL, dwh_server: URL, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The shop has the sample and two bad rows; the warehouse is to be created."""
    with fresh_database(dwh_server) as dwh:
        given = environment(
            OLTP_ADMIN_URL=oltp_database,
            OLTP_URL=oltp_database.set(username="cli_reader"),
            DWH_URL=dwh,
            EXTRACT_DIR=tmp_path / "extracts",
            DATA_DOCS_DIR=tmp_path / "docs",
            MAX_REJECT_SHARE=0.5,
        )
        given.pop("NO_COLOR", None)
        source = sa.create_engine(oltp_database, poolclass=NullPool)
        create_schema(source)
        load_sample(source)
        create_reader(source, user="cli_reader", password=SecretStr(str(oltp_database.password)))
        with source.begin() as connection:
            connection.exec_driver_sql(SPOILED)
        yield given
        with source.begin() as connection:
            connection.exec_driver_sql("DROP USER cli_reader@'%%'")


def too_wide(terminal: Seen) -> list[str]:
    """Without an address at the end, which is copied whole."""
    return [line for line in terminal.lines if len(re.sub(r"\S*/\S+", "", line).rstrip()) > COLUMNS]


def test_a_first_day_ends_as_documented_in_messages_that_fit_the_terminal(first_day: dict[str, str], tmp_path: Path) -> None:
    typed = " // ".join(command for command, _ in FIRST_DAY)
    terminal = seen([*SESSION, typed], cwd=tmp_path, env=first_day)
    parts = re.split(r"^\$ techmarket ", "\n".join(terminal.lines), flags=re.MULTILINE)[1:]
    ended = [(part.splitlines()[0], int(re.findall(r"^= (\d+)$", part, re.MULTILINE)[-1])) for part in parts]
    assert ended == list(FIRST_DAY), terminal.written
    assert too_wide(terminal) == []
    assert "Traceback" not in terminal.text
    refused = [part for part, (_, code) in zip(parts, FIRST_DAY, strict=True) if code]
    assert [part for part in refused if "Next:" not in part and "docs/quality.md" not in part] == []
    for shown in ("checking", "releasing", "2 rows were rejected", "The oldest 1;", "No such row waits", "The warehouse equals the source"):
        assert shown in terminal.text
    assert terminal.is_coloured


def test_a_seeded_order_system_is_told_with_its_rows_and_how_many_are_bad(first_day: dict[str, str], tmp_path: Path) -> None:
    seeded = [*PROGRAM, "seed", "--orders", "30", "--dirty", "0.2", "--replace"]
    told = subprocess.run(seeded, cwd=tmp_path, env=first_day, check=True, capture_output=True, text=True).stdout
    assert re.search(r"^orders +30$", told, re.MULTILINE)
    assert re.search(r"^\d+ rows or more are bad, of \d+ kinds\.$", told, re.MULTILINE)
    assert told.endswith("cli_reader may read it. Next: `techmarket bootstrap`.\n")


def test_no_color_and_kept_output_have_no_colours_and_no_progress(first_day: dict[str, str], tmp_path: Path) -> None:
    terminal = seen([*PROGRAM, "doctor"], cwd=tmp_path, env={**first_day, "NO_COLOR": "1"})
    assert "fail" in terminal.text
    assert not terminal.is_coloured
    kept = subprocess.run([*SESSION, "bootstrap // load --full"], cwd=tmp_path, env=first_day, check=True, capture_output=True, text=True)
    assert "\x1b" not in kept.stdout + kept.stderr
    assert kept.stderr == ""


def test_every_json_is_one_document_and_nothing_else(first_day: dict[str, str], tmp_path: Path) -> None:
    commands = ("seed --sample", "bootstrap", "load --full", "rejects", "rejects --all", "check", "reconcile", "report", "doctor",
                "backfill --start 2026-09-01 --end 2026-12-01")  # fmt: skip
    typed = " // ".join(f"{command} --json" for command in commands)
    kept = subprocess.run([*SESSION, typed], cwd=tmp_path, env=first_day, check=True, capture_output=True, text=True)
    documents = re.findall(r"^\$ techmarket [^\n]*\n(.*?)\n= \d+$", kept.stdout, re.MULTILINE | re.DOTALL)
    assert len(documents) == len(commands)
    seeded, bootstrapped, loaded, counts, rows, checked, compared, report, findings, replayed = map(json.loads, documents)
    assert seeded["reader"] == "cli_reader"
    assert bootstrapped["tables_added"]
    assert loaded["balanced"] is True
    assert sum(count["entries"] for count in counts) == len(rows) > 2
    assert checked["verdict"] == "WARN"
    assert compared["left"] is None
    assert report["page"].startswith("file://")
    assert {finding["level"] for finding in findings} <= {"ok", "warn"}
    assert replayed["windows"]


def test_a_reader_that_has_seen_enough_is_no_error(first_day: dict[str, str], tmp_path: Path) -> None:
    subprocess.run([*SESSION, "bootstrap // load --full"], cwd=tmp_path, env=first_day, check=True, capture_output=True)
    for command in ("rejects --all --json", "doctor", "--help"):
        # The pipe is closed before a line is written, as `head -0` does.
        reader, writer = os.pipe()
        os.close(reader)
        ended = subprocess.run(
            [*PROGRAM, *command.split()], cwd=tmp_path, env=first_day, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
        )
        os.close(writer)
        assert (ended.stderr, ended.returncode) == ("", 1 if command == "--help" else 141), command


def test_of_two_at_once_the_second_is_told_who_is_at_work(first_day: dict[str, str], tmp_path: Path) -> None:
    subprocess.run([*PROGRAM, "bootstrap"], cwd=tmp_path, env=first_day, check=True, capture_output=True)
    warehouse = sa.create_engine(first_day["TECHMARKET_DWH_URL"], poolclass=NullPool)
    with load_lock(warehouse, holder="a load on this machine"):
        terminal = seen([*SESSION, "load // bootstrap // check"], cwd=tmp_path, env=first_day)
    assert terminal.text.count("Another load holds the warehouse: techmarket: a load on this machine") == 2
    assert too_wide(terminal) == []


def test_ctrl_c_in_the_middle_of_a_load_ends_it_with_a_message_and_leaves_the_warehouse_free(
    first_day: dict[str, str], tmp_path: Path
) -> None:
    subprocess.run([*PROGRAM, "bootstrap"], cwd=tmp_path, env=first_day, check=True, capture_output=True)
    terminal = seen([*PROGRAM, "load", "--full"], cwd=tmp_path, env=first_day, interrupt_at="checking")
    assert terminal.exit_code == 130
    assert "Error: Interrupted. A load is released whole or not at all." in terminal.text
    assert "Traceback" not in terminal.text
    again = subprocess.run([*PROGRAM, "load", "--full", "--json"], cwd=tmp_path, env=first_day, check=True, capture_output=True)
    assert json.loads(again.stdout)["balanced"] is True
