import json
from pathlib import Path

import pytest

from infra.versions.audit import main

GOOD = {"name": "good", "version": "1.0", "vulns": []}
BAD = {"name": "bad", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1", "3.0"]}]}
NOT_FOUND = {"name": "odd", "skip_reason": "Dependency not found on PyPI and could not be audited: odd (1.0)"}


def answering(folder: Path, *, smallest: list[dict[str, object]] | None, others: list[dict[str, object]]) -> Path:
    """A program in place of pip-audit; without an answer it fails."""
    answers = {name: json.dumps({"dependencies": found}) for name, found in (("build", smallest), ("dev", others)) if found is not None}
    program = folder / "pip-audit"
    lines = (f"  *{name}.txt) echo '{answer}';;" for name, answer in answers.items())
    program.write_text("\n".join(["#!/bin/sh", 'case "$*" in', *lines, "  *) echo 'no connection' >&2; exit 1;;", "esac"]))
    program.chmod(0o755)
    return program


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "requirements").mkdir()
    for name in ("build", "dev"):
        (tmp_path / "requirements" / f"{name}.txt").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_packages_without_a_known_vulnerability_pass(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(answering(folder, smallest=[GOOD], others=[GOOD]))]) == 0
    assert "1 packages looked up, 0 known vulnerabilities, 0 not looked up" in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--if-reachable"]])
def test_a_vulnerable_package_fails_and_is_named_with_its_remedy(
    options: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(answering(folder, smallest=[GOOD], others=[GOOD, BAD])), *options]) == 1
    assert "VULNERABLE: bad 2.0: PYSEC-1, mended in 2.1, 3.0" in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--if-reachable"]])
def test_a_package_that_was_not_looked_up_does_not_pass_for_a_good_one(
    options: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(answering(folder, smallest=[GOOD], others=[GOOD, NOT_FOUND])), *options]) == 1
    assert "NOT LOOKED UP: odd: Dependency not found on PyPI" in capsys.readouterr().out


@pytest.mark.parametrize("smallest", [None, [NOT_FOUND]], ids=["no connection", "an index without the service"])
def test_without_a_service_nothing_is_said_to_be_audited(
    smallest: list[dict[str, object]] | None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = str(answering(folder, smallest=smallest, others=[GOOD]))
    assert (main([program]), main([program, "--if-reachable"])) == (1, 0)
    assert capsys.readouterr().out.count("NOT AUDITED") == 2
