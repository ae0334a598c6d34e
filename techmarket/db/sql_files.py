"""The SQL files of the repository's ``sql`` folder, by their path below it."""

from pathlib import Path

_ROOT = Path(__file__).parents[2] / "sql"


def read_sql(relative: str) -> str:
    """Return the text of a file, named as in ``postgres/release/fact_sales.sql``."""
    return (_ROOT / relative).read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """Names of the files of a folder, without their ``.sql``."""
    return [file.stem for file in (_ROOT / folder).glob("*.sql")]


def statements(text: str) -> list[str]:
    """Split a script for MySQL, whose driver runs one statement a call.

    The files keep one convention: a line that ends in a semicolon ends a statement, and a comment has a line to itself.
    """
    code = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("--"))
    parts = "\n".join(line.rstrip() for line in code).split(";\n")
    return [part.removesuffix(";") for part in parts if part]
