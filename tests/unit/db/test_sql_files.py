import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from techmarket.db.sql import statements

ROOT = Path("sql")
RENDERED = Path("sql/postgres/02_stg_tables.sql")
STAGING = Path("sql/postgres/02_stg_schema.sql")
FILES = sorted(file for file in ROOT.rglob("*.sql") if file != RENDERED)

COMMENT_OR_TEXT = re.compile(r"--[^\n]*|'(?:[^']|'')*'")
PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
"""As SQLAlchemy finds it, in comments too."""
SCRATCH = re.compile(r"CREATE UNLOGGED TABLE IF NOT EXISTS (stg\.\w+)")
MAKES = re.compile(r"(?:CREATE TEMPORARY TABLE|INSERT INTO) ([\w.]+)")
READS = re.compile(r"\b(?:FROM|JOIN|USING) ([\w.]+)")
BINDS = re.compile(r"^-- Binds: (.+)\.$", re.MULTILINE)
NEEDS = re.compile(r"^-- Needs: ([\w.]+) from (\S+\.sql(?: or \S+\.sql)*)\.$", re.MULTILINE)


def code(text: str) -> str:
    """The SQL without comments and contents of strings."""
    return COMMENT_OR_TEXT.sub(lambda found: "''" if found[0].startswith("'") else "", text)


def header(text: str) -> str:
    found = re.match(r"(?:--[^\n]*\n)*", text)
    return found[0] if found else ""


def problem_with_binds(text: str) -> str | None:
    lines = BINDS.findall(text)
    named = lines[0].split(", ") if lines else []
    used = sorted(set(PARAMETER.findall(code(text))))
    if len(lines) != header(text).count("-- Binds:") or len(lines) > 1:
        return "The header has more than one line Binds, or one that does not read '-- Binds: a, b.'"
    if named != used:
        return f"Binds names {named}, the statements use {used}"
    if mistaken := set(PARAMETER.findall(text)) - set(used):
        return f"SQLAlchemy would take these words of a comment or string for parameters: {mistaken}"
    return None


def makers(texts: Mapping[str, str], scratch: set[str]) -> dict[str, set[str]]:
    """Files that make each temporary table or fill each scratch table."""
    made: dict[str, set[str]] = {}
    for file, text in texts.items():
        for table in MAKES.findall(code(text)):
            if table in scratch or "." not in table:
                made.setdefault(table, set()).add(file)
    return made


def problem_with_needs(file: str, texts: Mapping[str, str], scratch: set[str]) -> str | None:
    text, made = texts[file], makers(texts, scratch)
    lines = NEEDS.findall(text)
    if len(lines) != header(text).count("-- Needs:") or len(lines) != len(dict(lines)):
        return "The header has a table twice, or a line that does not read '-- Needs: table from a.sql or b.sql.'"
    named = {table: set(files.split(" or ")) for table, files in lines}
    read = {table: made[table] for table in READS.findall(code(text)) if table in made and file not in made[table]}
    return f"Needs names {named}, the statements read {read}" if named != read else None


def test_only_a_semicolon_at_the_end_of_a_line_ends_a_statement() -> None:
    script = "SET @text = 'a;b';\nINSERT INTO t\nVALUES (1);  \n"
    assert statements(script) == ["SET @text = 'a;b'", "INSERT INTO t\nVALUES (1)"]


def test_comments_are_no_statements_whatever_they_hold() -> None:
    script = "-- first; then\n--   last;\nSELECT 1;\n\n    -- done;\n"
    assert statements(script) == ["SELECT 1"]


def test_a_last_statement_may_lack_its_semicolon() -> None:
    assert statements("SELECT 1;\nSELECT 2") == ["SELECT 1", "SELECT 2"]


def test_every_file_begins_with_a_comment_of_its_own() -> None:
    """The fault matrix knows statements by the first line."""
    firsts = Counter(file.read_text(encoding="utf-8").splitlines()[0] for file in FILES)
    assert [first for first in firsts if not re.match(r"-- \w", first)] == []
    assert [first for first, files in firsts.items() if files > 1] == []


@pytest.mark.parametrize("file", FILES, ids=str)
def test_binds_names_exactly_the_parameters(file: Path) -> None:
    assert problem_with_binds(file.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-- Two.\n-- Binds: high, low.\nSELECT :low, :high;\n", None),
        ("-- None.\nSELECT '12:30', b::text; -- as b is\n", None),
        ("-- Lacks the line.\nSELECT :low;\n", "Binds names [], the statements use ['low']"),
        ("-- Binds too much.\n-- Binds: low.\nSELECT 1;\n", "Binds names ['low'], the statements use []"),
        ("-- Out of order.\n-- Binds: low, high.\nSELECT :low, :high;\n", "Binds names ['low', 'high']"),
        ("-- Without its full stop.\n-- Binds: low\nSELECT :low;\n", "one that does not read"),
        ("-- Twice.\n-- Binds: low.\n-- Binds: low.\nSELECT :low;\n", "more than one line"),
        ("-- From :low on.\nSELECT 1;\n", "take these words of a comment or string for parameters: {'low'}"),
        ("-- A string.\nSELECT ':low';\n", "take these words of a comment or string for parameters: {'low'}"),
    ],
)
def test_a_wrong_line_binds_is_found(text: str, problem: str | None) -> None:
    found = problem_with_binds(text)
    assert found is None if problem is None else problem in str(found)


@pytest.fixture(scope="module")
def scratch() -> set[str]:
    return set(SCRATCH.findall(STAGING.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    folder = ROOT / "postgres"
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in FILES if folder in file.parents}


@pytest.mark.parametrize("file", [file.relative_to("sql/postgres").as_posix() for file in FILES if "postgres" in file.parts])
def test_needs_names_exactly_the_tables_that_other_files_fill(file: str, texts: dict[str, str], scratch: set[str]) -> None:
    assert problem_with_needs(file, texts, scratch) is None


def test_scratch_and_temporary_tables_are_found(texts: dict[str, str], scratch: set[str]) -> None:
    assert {"lines_before", "gone_sales", "stg.touched_sales", "stg.requested_keys"} <= makers(texts, scratch).keys()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-- Good.\n-- Needs: b from b.sql.\n-- Needs: stg.s from b.sql or c.sql.\nSELECT FROM b INNER JOIN stg.s ON TRUE;\n", None),
        ("-- Makes its own.\nCREATE TEMPORARY TABLE own AS SELECT 1;\nDELETE FROM x USING own;\n", None),
        ("-- Lacks the line.\nSELECT FROM b;\n", "Needs names {}, the statements read {'b': {'b.sql'}}"),
        ("-- Lacks it for a scratch table.\nSELECT FROM stg.s;\n", "Needs names {}, the statements read {'stg.s'"),
        ("-- Does not read it.\n-- Needs: b from b.sql.\nSELECT 1; -- FROM b\n", "the statements read {}"),
        ("-- Names another file.\n-- Needs: b from c.sql.\nSELECT FROM b;\n", "Needs names {'b': {'c.sql'}}"),
        ("-- Names no file.\n-- Needs: b.\nSELECT FROM b;\n", "a line that does not read"),
        ("-- Twice.\n-- Needs: b from b.sql.\n-- Needs: b from b.sql.\nSELECT FROM b;\n", "has a table twice"),
    ],
)
def test_a_wrong_line_needs_is_found(text: str, problem: str | None) -> None:
    others = {"b.sql": "CREATE TEMPORARY TABLE b AS SELECT 1;\nINSERT INTO stg.s VALUES (1);\n", "c.sql": "INSERT INTO stg.s VALUES (1);\n"}
    found = problem_with_needs("a.sql", {"a.sql": text, **others}, {"stg.s"})
    assert found is None if problem is None else problem in str(found)
