"""The statements of a comparison, alike for every table: built around the files in ``sql/*/reconcile`` and of declared names."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from techmarket.db.quoting import quote_mysql, quote_postgres
from techmarket.db.sql import read_sql
from techmarket.extract.statements import rows_of_keys
from techmarket.model.catalog import Table
from techmarket.reconcile.compared import Compared


@dataclass(frozen=True, slots=True)
class Wording:
    """How one server's SQL says it. Every statement binds ``low`` and ``high``, the span of keys, both included."""

    folder: str
    integer: str
    """What a key is cast to."""
    digest: str
    """The first 60 bits of a row's SHA-256 as a number, the same on both servers. Newer MySQL servers have no MD5()."""
    table: Callable[[Compared], str]
    quote: Callable[[str], str]

    def rows(self, compared: Compared) -> sa.TextClause:
        """The rows of a span: row_key and row_text."""
        return _text(self._rows(compared))

    def fingerprint(self, compared: Compared) -> sa.TextClause:
        """How many rows a span has, and the exclusive or of their digests, which knows no order: one row."""
        digest = f"COALESCE(BIT_XOR({self.digest}), 0)"
        return _text(f"SELECT COUNT(*) AS row_count, {digest} AS digest FROM ({self._rows(compared)}) AS r")

    def cut(self, compared: Compared) -> sa.TextClause:
        """The key of the row that has so many ``rows`` before it in a span; no row where there are no more than that."""
        key = self.quote(compared.key)
        span = f"{key} BETWEEN CAST(:low AS {self.integer}) AND CAST(:high AS {self.integer})"
        return _text(f"SELECT {key} FROM {self.table(compared)} WHERE {span} ORDER BY {key} LIMIT 1 OFFSET :rows")

    def _rows(self, compared: Compared) -> str:
        return read_sql(f"{self.folder}/reconcile/{compared.target}.sql").rstrip().removesuffix(";")


def _text(statement: str) -> sa.TextClause:
    clause = sa.text(statement)
    return clause.bindparams(sa.bindparam("recognised", expanding=True)) if ":recognised" in statement else clause


SOURCE = Wording(
    folder="mysql",
    integer="SIGNED",
    digest="CAST(CONV(LEFT(SHA2(r.row_text, 256), 15), 16, 10) AS UNSIGNED)",
    table=lambda compared: quote_mysql(compared.source_table),
    quote=quote_mysql,
)
WAREHOUSE = Wording(
    folder="postgres",
    integer="bigint",
    digest="('x' || encode(substr(sha256(convert_to(r.row_text, 'UTF8')), 1, 8), 'hex'))::bit(60)::bigint",
    table=lambda compared: f"dwh.{quote_postgres(compared.target)}",
    quote=quote_postgres,
)


def changed_among(table: Table, key: str) -> sa.TextClause:
    """Which values of a column, among the bound ``keys`` (a JSON array), have a source row that was changed at or after ``low``."""
    of = quote_mysql(table.name)
    rows = f"{rows_of_keys(table, key)} WHERE {of}.{quote_mysql(table.cursor)} >= :low"
    return sa.text(f"SELECT DISTINCT {of}.{quote_mysql(key)} FROM {rows}")
