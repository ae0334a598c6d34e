"""Runs the files of the folder ``sql``; no other module does."""

import logging
import time
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

log = logging.getLogger(__name__)

_ROOT = Path(__file__).parents[2] / "sql"
_FOLDERS = {"postgresql": "postgres", "mysql": "mysql"}
"""The folder of ``sql/`` by SQLAlchemy's name of the server; MariaDB runs MySQL's files."""


def run(connection: sa.Connection, name: str, /, **binds: object) -> sa.CursorResult[Any]:
    """Run ``sql/<server>/<name>.sql`` in the caller's transaction.

    Args:
        connection: Its server decides between ``sql/postgres`` and ``sql/mysql``.
        name: Folder and file without ``.sql``, such as ``ledger/open_batch``.
        binds: Values of the file's named parameters.
    """
    started = time.monotonic()
    result = connection.execute(_statement(f"{_FOLDERS[connection.dialect.name]}/{name}.sql"), binds)
    log.debug("sql=%s rows=%d seconds=%.2f batch=%s", name, result.rowcount, time.monotonic() - started, binds.get("batch_id"))
    return result


def run_script(connection: sa.Connection, name: str, /, **binds: object) -> None:
    """Run a file of several statements; MySQL's driver runs one a call, PostgreSQL's all at once.

    Without ``binds`` the driver parses no parameters, so ``%`` in DDL is unchanged.
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
    return [file.stem for file in (_ROOT / folder).glob("*.sql")]


def statements(text: str) -> list[str]:
    """Split a script for MySQL, whose driver runs one statement a call.

    By convention a line that ends in a semicolon ends a statement, and a comment has its own line.
    """
    code = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("--"))
    parts = "\n".join(line.rstrip() for line in code).split(";\n")
    return [part.removesuffix(";") for part in parts if part]


@cache
def _statement(file: str) -> sa.TextClause:
    return sa.text(read_sql(file))
