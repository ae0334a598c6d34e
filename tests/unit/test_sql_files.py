"""The splitter of MySQL scripts."""

from techmarket.db.sql import statements


def test_only_a_semicolon_at_the_end_of_a_line_ends_a_statement() -> None:
    script = "SET @text = 'a;b';\nINSERT INTO t\nVALUES (1);  \n"
    assert statements(script) == ["SET @text = 'a;b'", "INSERT INTO t\nVALUES (1)"]


def test_comments_are_no_statements_whatever_they_hold() -> None:
    script = "-- first; then\n--   last;\nSELECT 1;\n\n    -- done;\n"
    assert statements(script) == ["SELECT 1"]


def test_a_last_statement_may_lack_its_semicolon() -> None:
    assert statements("SELECT 1;\nSELECT 2") == ["SELECT 1", "SELECT 2"]
