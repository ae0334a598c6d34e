"""The command line without a database."""

import gc
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_group

from techmarket import __version__
from techmarket.cli.commands import app
from techmarket.cli.exit_codes import EXIT_CODES, INTERRUPTED, UNFORESEEN, UNREAD, exit_code_of
from techmarket.cli.output import print_bootstrap, print_rejects
from techmarket.cli.tables import table_lines
from techmarket.errors import ConfigurationError, TechMarketError, error_classes
from techmarket.quality.quarantine.rejects import Reject
from techmarket.setup.bootstrap import BootstrapSummary
from tests.support.command_line import environment, techmarket
from tests.support.repository import ROOT

REQUIRED = {
    "import-export": ("nowhere", "--taken-at", "2026-11-25T02:00:00+02:00"),
    "backfill": ("--start", "2026-01-01", "--end", "2026-02-01"),
}
COMMANDS = sorted(get_group(app).commands)


def shown_by(*arguments: str) -> str:
    return techmarket(*arguments, cwd=ROOT).stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_has_an_example_and_fits_80_columns(command: str) -> None:
    shown = shown_by(command, "--help")
    assert f"techmarket {command}" in shown.partition("Example")[2]
    assert max(map(len, shown.splitlines())) <= 80


def test_help_documents_the_exit_code_of_every_error() -> None:
    shown = shown_by("--help")
    for kind in error_classes():
        assert f"{EXIT_CODES[kind]}  {kind.summary}\n" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_every_command_prints_json_for_scripts() -> None:
    assert [command for command in COMMANDS if "--json" not in shown_by(command, "--help")] == []


def test_the_version_is_shown() -> None:
    assert shown_by("--version") == f"techmarket {__version__}\n"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("techmarket rec", ["reconcile"]),
        ("techmarket rejects --tab", ["--table"]),
        ("techmarket rejects --table order", ["orders", "order_items"]),
        ("techmarket rejects --rule orders.status_k", ["orders.status_known"]),
        (
            "techmarket load --severity orders.status_k",
            [f"orders.status_known={severity}" for severity in ("critical_row", "critical_table", "warning", "off")],
        ),
        ("techmarket backfill --window w", ["week"]),
        ("techmarket check 2026", ["20261122T030000Z-1a2b3c"]),
    ],
)
def test_tab_completes_what_is_typed(typed: str, offered: list[str], tmp_path: Path) -> None:
    extract = tmp_path / "20261122T030000Z-1a2b3c"
    extract.mkdir()
    (extract / "manifest.json").touch()
    asked = {"_TECHMARKET_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    program = [sys.executable, "-c", "import sys; sys.argv[0] = 'techmarket'; from techmarket.cli import main; main()"]
    settings = environment(EXTRACT_DIR=tmp_path) | asked
    assert subprocess.run(program, check=True, capture_output=True, text=True, env=settings).stdout.split() == offered


NAMES = st.text(st.sampled_from("abc._- "), min_size=1, max_size=60).map(str.strip).filter(bool)
ROWS = st.lists(
    st.fixed_dictionaries({"table": NAMES, "rule": NAMES, "rows": st.integers(0, 10**9), "share": NAMES}), min_size=1, max_size=5
)


@given(rows=ROWS, width=st.integers(60, 120))
def test_a_table_is_never_wider_than_the_terminal_and_no_number_is_broken(rows: list[dict[str, object]], width: int) -> None:
    lines = table_lines(rows, width=width)
    assert max(map(len, lines)) <= width
    for row in rows:
        assert any(f"{row['rows']:,}" in line for line in lines)


def test_kept_output_has_a_row_a_line_whatever_its_width() -> None:
    rows = [{"rule": "x" * 100, "rows": 1}, {"rule": "y", "rows": 22}]
    assert table_lines(rows, width=None) == [f"rule{' ' * 96}  rows", f"{'x' * 100}     1", f"y{' ' * 99}    22"]


def test_a_terminal_is_shown_the_control_characters_of_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    value = "Phone\x1b[31m\u202eX\nnew"
    shown = "Phone\\x1b[31m\\u202eX\\nnew"
    assert table_lines([{"name": value}], width=None) == ["name", shown]
    at = datetime(2026, 11, 22, tzinfo=UTC)
    print_rejects([Reject("products", "1", "a.b", None, 1, 1, at, at, {"name": value})], explanation=None, limit=100, as_json=False)
    assert f"name={shown}" in capsys.readouterr().out


def test_every_error_has_an_exit_code_of_its_own() -> None:
    assert set(EXIT_CODES) == set(error_classes())
    codes = [0, UNFORESEEN, *EXIT_CODES.values(), INTERRUPTED, UNREAD]
    assert sorted(codes) == sorted(set(codes))


def test_a_class_below_another_is_found_and_ends_with_its_code() -> None:
    class DeeperError(ConfigurationError): ...

    assert DeeperError in set(error_classes())
    assert (exit_code_of(DeeperError()), exit_code_of(TechMarketError())) == (EXIT_CODES[ConfigurationError], UNFORESEEN)
    del DeeperError
    gc.collect()  # else other tests would find it among the classes


@pytest.mark.parametrize(
    ("of", "besides"),
    [((), ("pydantic",)), (("load",), ())],  # for the options of a command typer itself brings pydantic
    ids=["of all", "of a command"],
)
def test_help_needs_none_of_the_slow_libraries(of: tuple[str, ...], besides: tuple[str, ...]) -> None:
    slow = ("sqlalchemy", "pandas", "great_expectations", "prefect", *besides)
    tell = f"import atexit, sys; atexit.register(lambda: print([name for name in {slow} if name in sys.modules], file=sys.stderr))\n"
    helped = techmarket(*of, "--help", cwd=ROOT, before=tell)
    assert (helped.returncode, helped.stderr) == (0, "[]\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_without_settings_a_command_says_which_are_missing(command: str, tmp_path: Path) -> None:
    ended = techmarket(command, *REQUIRED.get(command, ()), cwd=tmp_path)
    assert ended.returncode == 2
    assert "_URL is not set" in " ".join((ended.stdout + ended.stderr).split())
    assert "Traceback" not in ended.stderr


def test_an_error_is_one_message_on_stderr_wrapped_at_80_columns(tmp_path: Path) -> None:
    ended = techmarket("load", cwd=tmp_path, OLTP_URL="nonsense")
    assert (ended.stdout, ended.stderr.count("Error: ")) == ("", 1)
    assert max(map(len, ended.stderr.splitlines())) <= 80


def test_debug_shows_the_stack_trace(tmp_path: Path) -> None:
    ended = techmarket("--debug", "load", cwd=tmp_path)
    assert ended.returncode == 2
    assert "Traceback (most recent call last)" in ended.stderr
    assert "\nError: TECHMARKET_OLTP_URL is not set." in ended.stderr


def test_memory_that_ran_out_is_told_with_what_needs_less(tmp_path: Path) -> None:
    none_left = "import techmarket.settings\ndef none_left(): raise MemoryError\ntechmarket.settings.load_settings = none_left\n"
    ended = techmarket("load", cwd=tmp_path, before=none_left)
    assert ended.returncode == 2
    assert "Error: Memory ran out." in ended.stderr
    assert "Next: let the process have more, or lower TECHMARKET_PART_BYTES" in " ".join(ended.stderr.split())


def test_a_day_that_the_calendar_does_not_have_is_named(tmp_path: Path) -> None:
    ended = techmarket("backfill", "--start", "2026-02-30", "--end", "2026-04-01", cwd=tmp_path)
    assert ended.returncode == 2
    assert "'2026-02-30' is no day such as 2026-01-31." in " ".join(ended.stderr.replace("│", " ").split())


def test_a_seed_is_refused_where_loads_would_read_as_the_administrator(tmp_path: Path) -> None:
    address = "mysql+pymysql://root:toor@127.0.0.1:1/techmarket"
    ended = techmarket("seed", cwd=tmp_path, OLTP_URL=address, OLTP_ADMIN_URL=address)
    assert ended.returncode == 2
    assert "TECHMARKET_OLTP_URL must name the reading user" in " ".join(ended.stderr.split())


def test_a_bootstrap_tells_what_it_applied_and_whose_passwords_it_set(capsys: pytest.CaptureFixture[str]) -> None:
    print_bootstrap(BootstrapSummary(0, ("0001_as_of_0_1_0",), (), ("techmarket_bi",)), as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "The warehouse is ready: 0 days and 0 source tables added.",
        "Migrations applied: 0001_as_of_0_1_0.",
        "Passwords set: techmarket_bi.",
    ]


def test_a_misspelt_option_is_named(tmp_path: Path) -> None:
    ended = techmarket("load", "--ful", cwd=tmp_path)
    assert ended.returncode == 2
    assert "--ful" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("taken_at", "why"),
    [
        ("yesterday", "'yesterday' is no instant."),
        ("2026-11-25T02:00:00", "The moment of the export, 2026-11-25 02:00:00, has no time zone."),
    ],
)
def test_an_export_without_a_certain_moment_is_refused(tmp_path: Path, taken_at: str, why: str) -> None:
    ended = techmarket("import-export", ".", "--taken-at", taken_at, cwd=tmp_path)
    assert ended.returncode == 2
    assert f"Error: {why} Next: write" in " ".join(ended.stderr.split())


def test_doctor_prints_json_and_ends_with_2_when_something_fails(tmp_path: Path) -> None:
    ended = techmarket("doctor", "--json", cwd=tmp_path)
    findings = {finding["check"]: finding for finding in json.loads(ended.stdout)}
    assert ended.returncode == 2
    assert findings["source: connection"]["level"] == findings["warehouse: connection"]["level"] == "fail"
    assert findings["source: connection"]["observed"] == "TECHMARKET_OLTP_URL is not set"
    assert findings["source: connection"]["remedy"].startswith("set it in the environment or in .env")
    assert findings["machine: extracts"]["level"] in {"ok", "warn"}


def test_ctrl_c_ends_with_130_and_one_message(tmp_path: Path) -> None:
    interrupt = "import os, signal, techmarket.settings as settings\nsettings.load_settings = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
    ended = techmarket("load", cwd=tmp_path, before=interrupt)
    assert ended.returncode == 128 + signal.SIGINT
    assert ended.stderr.startswith("Error: Interrupted.")
    assert "Traceback" not in ended.stderr


def test_an_unforeseen_error_shows_its_class_and_nothing_it_says(tmp_path: Path) -> None:
    fail = (
        "import techmarket.settings as settings\n"
        "def load_settings(): raise LookupError('row of Olena')\n"
        "settings.load_settings = load_settings\n"
    )
    ended = techmarket("load", cwd=tmp_path, before=fail)
    assert ended.returncode == 1
    assert "LookupError" in ended.stderr
    assert "Olena" not in ended.stderr
