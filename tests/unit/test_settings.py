import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from techmarket.errors import ConfigurationError
from techmarket.settings import Settings, load_settings
from tests.support.repository import ROOT

EXAMPLE = ROOT / ".env.example"


@pytest.fixture(autouse=True)
def _no_settings_but_the_tests_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ignores the caller's environment and any .env file."""
    for name in [name for name in os.environ if name.startswith("TECHMARKET_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def example_lines() -> dict[str, str]:
    """Commented settings included."""
    lines = (line.removeprefix("# ") for line in EXAMPLE.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line.startswith("TECHMARKET_"))


def test_the_example_lists_every_setting_and_no_other() -> None:
    assert set(example_lines()) == {f"TECHMARKET_{name.upper()}" for name in Settings.model_fields}


def test_the_example_shows_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    examples_only = {
        "OLTP_URL",
        "OLTP_ADMIN_URL",
        "DWH_URL",
        "DWH_ADMIN_URL",
        "BI_PASSWORD",
        "DATA_DOCS_URL",
        "ALERT_WEBHOOK_URL",
        "ALERT_BLOCK",
    }
    for name, value in example_lines().items():
        if name.removeprefix("TECHMARKET_") not in examples_only:
            monkeypatch.setenv(name, value)
    assert load_settings() == Settings(_env_file=None)


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_settings_come_from_the_env_file_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TECHMARKET_PAGE_ROWS=7\nTECHMARKET_EXTRACTS_KEPT=9\n")
    monkeypatch.setenv("TECHMARKET_PAGE_ROWS", "8")
    assert (load_settings().page_rows, load_settings().extracts_kept) == (8, 9)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TECHMARKET_BUSINESS_TIME_ZONE", "Europe/Kyiw"),
        ("TECHMARKET_BUSINESS_TIME_ZONE", "../etc/passwd"),
        ("TECHMARKET_PAGE_ROWS", "0"),
        ("TECHMARKET_MAX_REJECT_SHARE", "5"),
        ("TECHMARKET_CONNECT_TIMEOUT", "soon"),
        ("TECHMARKET_EXTRACTS_KEPT", "hunter2"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=rf"{name}: .*\.env\.example"):
        load_settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OLTP_URL", "OLTP_ADMIN_URL", "DWH_URL", "DWH_ADMIN_URL", "BI_PASSWORD", "ALERT_WEBHOOK_URL"):
        monkeypatch.setenv(f"TECHMARKET_{name}", "hunter2")
    assert "hunter2" not in f"{load_settings()!r} {load_settings()} {load_settings().model_dump_json()}"


def test_the_default_time_zone_is_known() -> None:
    assert str(ZoneInfo(load_settings().business_time_zone)) == "Europe/Kyiv"
