"""Rules on rows, each declared once.

The expectation, the SQL condition and all pages follow from a rule. NULL passes expectation and condition alike unless the rule is about
NULL, so counts can be compared.
"""

import logging
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from techmarket.db.quoting import quote_literal, quote_postgres
from techmarket.errors import ConfigurationError
from techmarket.model.catalog import Catalog, Column

log = logging.getLogger(__name__)

HELD_WITH_ORDER = "held_with_order"
"""In place of a rule: the order's header or one of its lines breaks one."""

BUSINESS_NOW = "(SELECT cast(current_setting('techmarket.gate_time') AS timestamp))"
"""The gate's instant, equal in all statements, so counts agree. A subquery is evaluated once."""


class Severity(StrEnum):
    """What a broken rule does to the load."""

    CRITICAL_ROW = "critical_row"
    """Failing rows go to quarantine; the others are released, unless too many fail."""
    CRITICAL_TABLE = "critical_table"
    """The load is blocked."""
    WARNING = "warning"
    """The verdict is WARN."""
    OFF = "off"
    """Loads skip the rule; `techmarket check` tries it."""

    @property
    def words(self) -> str:
        """As people read it: ``critical row``."""
        return self.value.replace("_", " ")

    @classmethod
    def _missing_(cls, value: object) -> "Severity | None":
        """Accept version 0.1's ``critical row`` until the next version."""
        found = next((severity for severity in cls if value == severity.words), None)
        if found:
            log.warning("severity %r is written %r now; the next version refuses the old spelling", value, found.value)
        return found


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """A requirement of a staged table."""

    table: str
    name: str
    what: str
    reason: str
    remedy: str
    owner: str
    severity: Severity
    pinned: bool = False
    """Whether the release depends on it, so no run may change its severity."""

    @property
    def id(self) -> str:
        """Such as ``orders.status_known``."""
        return f"{self.table}.{self.name}"

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The rule's columns."""


@dataclass(frozen=True, kw_only=True)
class RowRule(Rule):
    """A requirement of each row."""

    severity: Severity = Severity.CRITICAL_ROW

    @property
    @abstractmethod
    def failing(self) -> str:
        """SQL condition, true for a row ``staged`` that breaks the rule."""


@dataclass(frozen=True, kw_only=True)
class ColumnRule(RowRule):
    """A requirement of one column's values."""

    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    @property
    def value(self) -> str:
        """The column in a row ``staged``."""
        return f"staged.{quote_postgres(self.column)}"


@dataclass(frozen=True, kw_only=True)
class NotNull(ColumnRule):
    """The column is never NULL."""

    @property
    def failing(self) -> str:
        """NULL."""
        return f"{self.value} IS NULL"


@dataclass(frozen=True, kw_only=True)
class InSet(ColumnRule):
    """Values are among those listed."""

    values: tuple[str, ...] | tuple[int, ...]

    @property
    def failing(self) -> str:
        """Another value."""
        return f"{self.value} NOT IN ({', '.join(_literal(value) for value in self.values)})"


@dataclass(frozen=True, kw_only=True)
class Between(ColumnRule):
    """Values lie within the bounds, which are included except ``above``."""

    least: int | datetime | None = None
    above: int | None = None
    most: int | None = None

    @property
    def failing(self) -> str:
        """A value outside."""
        bounds = ((self.least, "<"), (self.above, "<="), (self.most, ">"))
        return " OR ".join(f"{self.value} {sign} {_literal(bound)}" for bound, sign in bounds if bound is not None)


@dataclass(frozen=True, kw_only=True)
class MatchesPattern(ColumnRule):
    """Text matches a POSIX regular expression somewhere."""

    pattern: str

    @property
    def failing(self) -> str:
        """Another text."""
        return f"{self.value} !~ {_literal(self.pattern)}"


@dataclass(frozen=True, kw_only=True)
class MaxLength(ColumnRule):
    """Text has at most as many characters as the contract allows."""

    most: int

    @property
    def failing(self) -> str:
        """A longer text."""
        return f"length({self.value}) > {self.most}"


@dataclass(frozen=True, kw_only=True)
class Unique(ColumnRule):
    """No two rows share a value. Costs nothing if a unique index proves it."""

    @property
    def failing(self) -> str:
        """All rows that share a value: which is right is unknown."""
        # The first half does not refer to the row, so it is evaluated once: if a unique index proves the rule, no row is read. The second
        # half is no self-join on the key, which PostgreSQL 18 cannot plan together with the first.
        return f"NOT EXISTS ({_unique_index(self.table, self.column)}) AND {_shared_by_rows(self.table, (self.column,), nulls=False)}"


@dataclass(frozen=True, kw_only=True)
class UniqueTogether(RowRule):
    """No two rows share the values of several columns; NULL equals NULL."""

    together: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns."""
        return self.together

    @property
    def failing(self) -> str:
        """All rows that share values: which is right is unknown."""
        return _shared_by_rows(self.table, self.together, nulls=True)


@dataclass(frozen=True, kw_only=True)
class References(ColumnRule):
    """The column names a parent row: staged or, given its ``dimension``, known to the warehouse."""

    parent: str
    parent_key: str
    dimension: str | None = None

    @property
    def failing(self) -> str:
        """No parent in either place; an inferred member is not known."""
        key = quote_postgres(self.parent_key)
        conditions = [
            f"{self.value} IS NOT NULL",
            f"NOT EXISTS (SELECT FROM stg.{quote_postgres(self.parent)} AS parent WHERE parent.{key} = {self.value})",
        ]
        if self.dimension:
            known = (
                f"SELECT FROM dwh.{quote_postgres(self.dimension)} AS member WHERE member.{key} = {self.value} AND NOT member.is_inferred"
            )
            conditions.append(f"NOT EXISTS ({known})")
        return " AND ".join(conditions)


@dataclass(frozen=True, kw_only=True)
class RowCondition(RowRule):
    """A condition over columns of a row ``staged``; NULL passes."""

    holds: str
    over: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the condition."""
        return self.over

    @property
    def failing(self) -> str:
        """The condition is false."""
        return f"({self.holds}) IS FALSE"


@dataclass(frozen=True, kw_only=True)
class NotAmong(ColumnRule):
    """The value is not among the offenders that a query over staged tables finds."""

    offenders: str
    shown: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The offenders' column and those to show."""
        return (self.column, *self.shown)

    @property
    def failing(self) -> str:
        """MATERIALIZED, so that parallel workers do not repeat the query."""
        return f"{self.value} IN (WITH found AS MATERIALIZED ({self.offenders}) SELECT * FROM found)"  # noqa: S608 - the rule's own query


def checked_rules(rules: Sequence[Rule], catalog: Catalog) -> tuple[Rule, ...]:
    """Check the rules against the catalogue.

    Raises:
        ConfigurationError: a repeated id, an undeclared table or column, or a table without rule.
    """
    problems = sorted([*_repeated(rules), *_undeclared(rules, catalog), *_uncovered(rules, catalog)])
    if problems:
        msg = f"Rules are wrong: {'; '.join(problems)}. Correct expectations/."
        raise ConfigurationError(msg)
    return tuple(rules)


def _repeated(rules: Sequence[Rule]) -> Iterator[str]:
    counts = Counter(rule.id for rule in rules)
    yield from (f"{rule_id!r} is declared {count} times" for rule_id, count in counts.items() if count > 1)


def _undeclared(rules: Sequence[Rule], catalog: Catalog) -> Iterator[str]:
    for rule in rules:
        if rule.table not in catalog:
            yield f"{rule.id!r} is about table {rule.table!r}, which the catalogue lacks"
            continue
        names = catalog[rule.table].column_names
        yield from (f"{rule.id!r} names column {name!r}, which {rule.table} lacks" for name in rule.columns if name not in names)


def _uncovered(rules: Sequence[Rule], catalog: Catalog) -> Iterator[str]:
    covered = {rule.table for rule in rules}
    yield from (f"table {name!r} has no rule and would be released unchecked" for name in catalog if name not in covered)


def shown_columns(rule: RowRule, catalog: Catalog) -> tuple[Column, ...]:
    """The key, then the rule's columns."""
    table = catalog[rule.table]
    return tuple(table[name] for name in dict.fromkeys((table.key, *rule.columns)))


def _unique_index(table: str, column: str) -> str:
    of_table = _literal(f"stg.{quote_postgres(table)}")
    return (
        "SELECT FROM pg_index AS proof"
        " INNER JOIN pg_attribute AS part ON part.attrelid = proof.indrelid AND part.attnum = proof.indkey[0]"
        f" WHERE proof.indrelid = cast({of_table} AS regclass) AND part.attname = {_literal(column)}"
        " AND proof.indisunique AND proof.indisvalid AND proof.indnkeyatts = 1 AND proof.indpred IS NULL"
    )


def _shared_by_rows(table: str, columns: Sequence[str], *, nulls: bool) -> str:
    """Rows ``staged`` that share their values with another; ``nulls``: NULL equals NULL."""
    named = ", ".join(map(quote_postgres, columns))
    given = "" if nulls else " WHERE " + " AND ".join(f"{quote_postgres(column)} IS NOT NULL" for column in columns)
    counted = f"SELECT ctid, count(*) OVER (PARTITION BY {named}) AS alike FROM stg.{quote_postgres(table)}{given}"  # noqa: S608 - names of the catalogue
    return f"staged.ctid IN (SELECT ctid FROM ({counted}) AS counted WHERE alike > 1)"  # noqa: S608


def _literal(value: str | int | datetime) -> str:
    match value:
        case int():
            return str(value)
        case datetime():
            return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
        case str():
            return quote_literal(value)
