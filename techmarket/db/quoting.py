"""Identifiers and literals as SQL. Values are bound parameters wherever a statement allows them."""


def quote_mysql(name: str) -> str:
    """A MySQL identifier."""
    return "`" + name.replace("`", "``") + "`"


def quote_postgres(name: str) -> str:
    """A PostgreSQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"
