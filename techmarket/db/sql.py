"""Runs the files of the folder ``sql``."""

import logging
import time
from functools import cache
from importlib import resources
from typing import Any

import sqlalchemy as sa

log = logging.getLogger(__name__)

_ROOT = resources.files("techmarket") / "sql"  # in the repository a link to the folder at its top
_FOLDERS = {"postgresql": "postgres", "mysql": "mysql"}


def run(connection: sa.Connection, name: str, /, **binds: object) -> sa.CursorResult[Any]:
    """Run ``sql/<server>/<name>.sql`` in the caller's transaction.

    Args:
        connection: Its server decides the folder.
        name: Such as ``ledger/open_batch``.
        binds: Values of named parameters.
    """
    started = time.monotonic()
    result = connection.execute(_statement(f"{_FOLDERS[connection.dialect.name]}/{name}.sql"), binds)
    log.debug("sql=%s rows=%d seconds=%.2f batch=%s", name, result.rowcount, time.monotonic() - started, binds.get("batch_id"))
    return result


def run_script(connection: sa.Connection, name: str, /, **binds: object) -> None:
    """Run a file of several statements.

    Without ``binds``, ``%`` in DDL is unchanged.
    """
    folder = _FOLDERS[connection.dialect.name]
    text = read_sql(f"{folder}/{name}.sql")
    for statement in statements(text) if folder == "mysql" else (text,):
        if binds:
            connection.execute(sa.text(statement), binds)
        else:
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def read_sql(relative: str) -> str:
    """The text of a file, such as ``postgres/ledger/open_batch.sql``."""
    return (_ROOT / relative).read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """A folder's file names without ``.sql``."""
    return [file.name.removesuffix(".sql") for file in (_ROOT / folder).iterdir() if file.name.endswith(".sql")]


def statements(text: str) -> list[str]:
    """Split a script for MySQL, whose driver runs one statement a call.

    A semicolon at the end of a line ends a statement; a comment has its own line.
    """
    code = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("--"))
    parts = "\n".join(line.rstrip() for line in code).split(";\n")
    return [part.removesuffix(";") for part in parts if part]


@cache
def _statement(file: str) -> sa.TextClause:
    return sa.text(read_sql(file))
