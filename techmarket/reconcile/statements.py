"""A comparison's statements, around ``sql/*/reconcile``."""

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
    """One server's SQL. Every statement binds ``low`` and ``high``, inclusive keys of a span."""

    folder: str
    integer: str
    """The type that keys are cast to."""
    digest: str
    """The first 60 bits of a row's SHA-256 as a number, equal on both servers. Newer MySQL servers lack MD5()."""
    table: Callable[[Compared], str]
    quote: Callable[[str], str]

    def rows(self, compared: Compared) -> sa.TextClause:
        """A span's row_key and row_text."""
        return _text(self._rows(compared))

    def fingerprint(self, compared: Compared) -> sa.TextClause:
        """One row: a span's row count, and the exclusive or of its digests, whatever their order."""
        digest = f"coalesce(bit_xor({self.digest}), 0)"
        return _text(f"SELECT count(*) AS row_count, {digest} AS digest FROM ({self._rows(compared)}) AS r")

    def cut(self, compared: Compared) -> sa.TextClause:
        """The key after ``rows`` rows of a span; no row if it has no more."""
        key = self.quote(compared.key)
        span = f"{key} BETWEEN cast(:low AS {self.integer}) AND cast(:high AS {self.integer})"
        return _text(f"SELECT {key} FROM {self.table(compared)} WHERE {span} ORDER BY {key} LIMIT 1 OFFSET :rows")

    def _rows(self, compared: Compared) -> str:
        return read_sql(f"{self.folder}/reconcile/{compared.target}.sql").rstrip().removesuffix(";")


def _text(statement: str) -> sa.TextClause:
    clause = sa.text(statement)
    return clause.bindparams(sa.bindparam("recognised", expanding=True)) if ":recognised" in statement else clause


SOURCE = Wording(
    folder="mysql",
    integer="SIGNED",
    digest="cast(conv(left(sha2(r.row_text, 256), 15), 16, 10) AS UNSIGNED)",
    table=lambda compared: quote_mysql(compared.source_table),
    quote=quote_mysql,
)
WAREHOUSE = Wording(
    folder="postgres",
    integer="bigint",
    digest="cast(cast('x' || encode(substr(sha256(convert_to(r.row_text, 'UTF8')), 1, 8), 'hex') AS bit(60)) AS bigint)",
    table=lambda compared: f"dwh.{quote_postgres(compared.target)}",
    quote=quote_postgres,
)


def changed_among(table: Table, key: str) -> sa.TextClause:
    """Values of a column, among the bound ``keys`` (a JSON array), with a source row changed at or after ``low``."""
    of = quote_mysql(table.name)
    rows = f"{rows_of_keys(table, key)} WHERE {of}.{quote_mysql(table.cursor)} >= :low"
    return sa.text(f"SELECT DISTINCT {of}.{quote_mysql(key)} FROM {rows}")
