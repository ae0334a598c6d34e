"""Quotes identifiers and literals."""


def quote_mysql(name: str) -> str:
    """A MySQL identifier, quoted."""
    return "`" + name.replace("`", "``") + "`"


def quote_postgres(name: str) -> str:
    """A PostgreSQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"
