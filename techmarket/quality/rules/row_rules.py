"""What the data must be like. A rule is written once; everything else is derived from it.

From a rule come the Great Expectations expectation, the SQL condition that finds the rows which break it, its entry in
``docs/quality.md`` and in the Data Docs, and the test that sees it fail. Both the expectation and the condition let NULL
pass, except where the rule is about NULL: so that their counts can be compared.
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
"""In place of a rule: the row breaks none itself, but its order's header or one of its lines does."""

BUSINESS_NOW = "(SELECT CURRENT_SETTING('techmarket.gate_time')::timestamp)"
"""SQL for the instant of the gate in business time: the same for every statement of a run, so that counts agree. As a query of its own it
is read once, not for each row."""


class Severity(StrEnum):
    """What a broken rule does to the load."""

    CRITICAL_ROW = "critical_row"
    """The failing rows go to quarantine; the others are released, unless too many fail."""
    CRITICAL_TABLE = "critical_table"
    """The load is blocked: nothing in the warehouse changes."""
    WARNING = "warning"
    """The load goes on, and the verdict says WARN."""
    OFF = "off"
    """Loads do not check it, and say so; `techmarket check` tries it, so that it can be switched on with open eyes."""

    @property
    def words(self) -> str:
        """As people read it: ``critical row``."""
        return self.value.replace("_", " ")

    @classmethod
    def _missing_(cls, value: object) -> "Severity | None":
        """Accept the spelling of version 0.1, ``critical row``, until the next version."""
        found = next((severity for severity in cls if value == severity.words), None)
        if found:
            log.warning("severity %r is written %r now; the next version refuses the old spelling", value, found.value)
        return found


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """One requirement of one staged table, in words that a data steward uses."""

    table: str
    name: str
    what: str
    """The requirement as a plain sentence."""
    reason: str
    """Why it matters: what goes wrong where it is broken."""
    remedy: str
    """How to mend a failing row at the source."""
    owner: str
    """Who can mend it."""
    severity: Severity
    pinned: bool = False
    """Whether the release rests on it, so that no run may ask for another severity."""

    @property
    def id(self) -> str:
        """Name of the rule across tables, such as ``orders.status_known``."""
        return f"{self.table}.{self.name}"

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """Columns of the table that the rule speaks of."""


@dataclass(frozen=True, kw_only=True)
class RowRule(Rule):
    """A requirement of each row."""

    severity: Severity = Severity.CRITICAL_ROW

    @property
    @abstractmethod
    def failing(self) -> str:
        """SQL condition, over a row ``staged`` of the table, that is true for a row which breaks the rule."""


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
        """SQL for the column's value in a row ``staged``."""
        return f"staged.{quote_postgres(self.column)}"


@dataclass(frozen=True, kw_only=True)
class NotNull(ColumnRule):
    """The column has a value in every row."""

    @property
    def failing(self) -> str:
        """Rows without a value."""
        return f"{self.value} IS NULL"


@dataclass(frozen=True, kw_only=True)
class InSet(ColumnRule):
    """The column's values are among those listed."""

    values: tuple[str, ...] | tuple[int, ...]

    @property
    def failing(self) -> str:
        """Rows with a value that is not listed."""
        return f"{self.value} NOT IN ({', '.join(_literal(value) for value in self.values)})"


@dataclass(frozen=True, kw_only=True)
class Between(ColumnRule):
    """The column's values lie within bounds, which belong to the range unless ``above`` excludes the lower one."""

    least: int | datetime | None = None
    above: int | None = None
    most: int | None = None

    @property
    def failing(self) -> str:
        """Rows with a value outside the bounds."""
        bounds = ((self.least, "<"), (self.above, "<="), (self.most, ">"))
        return " OR ".join(f"{self.value} {sign} {_literal(bound)}" for bound, sign in bounds if bound is not None)


@dataclass(frozen=True, kw_only=True)
class MatchesPattern(ColumnRule):
    """The column's text matches a POSIX regular expression somewhere."""

    pattern: str

    @property
    def failing(self) -> str:
        """Rows with a text that does not match."""
        return f"{self.value} !~ {_literal(self.pattern)}"


@dataclass(frozen=True, kw_only=True)
class MaxLength(ColumnRule):
    """The column's text is no longer than the source's contract allows, in characters."""

    most: int

    @property
    def failing(self) -> str:
        """Rows with a longer text."""
        return f"LENGTH({self.value}) > {self.most}"


@dataclass(frozen=True, kw_only=True)
class Unique(ColumnRule):
    """No two rows share a value of the column; where a unique index already proves it, the check costs nothing."""

    @property
    def failing(self) -> str:
        """All rows that share their value: which of them is right cannot be told."""
        # Free of any reference to the row, the first half is decided once: where a unique index proves it, no row is read. The second half
        # is no self-join on the key: of one, PostgreSQL 18 cannot plan the two halves together.
        return f"NOT EXISTS ({_unique_index(self.table, self.column)}) AND {_shared_by_rows(self.table, (self.column,), nulls=False)}"


@dataclass(frozen=True, kw_only=True)
class UniqueTogether(RowRule):
    """No two rows share the values of several columns; one without a value equals another without."""

    together: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns."""
        return self.together

    @property
    def failing(self) -> str:
        """All rows that share their values: which of them is right cannot be told."""
        return _shared_by_rows(self.table, self.together, nulls=True)


@dataclass(frozen=True, kw_only=True)
class References(ColumnRule):
    """The column names a row of a parent table: staged in this batch or, given its dimension, known to the warehouse."""

    parent: str
    parent_key: str
    dimension: str | None = None

    @property
    def failing(self) -> str:
        """Rows that name a parent which is in neither place; a member that the warehouse merely inferred is not known."""
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
    """A condition over several columns of a row ``staged``; NULL passes."""

    holds: str
    over: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the condition."""
        return self.over

    @property
    def failing(self) -> str:
        """Rows for which the condition is false."""
        return f"({self.holds}) IS FALSE"


@dataclass(frozen=True, kw_only=True)
class NotAmong(ColumnRule):
    """The column's value is not among the offenders that a query over staged tables finds: for rules across rows."""

    offenders: str
    shown: tuple[str, ...] = ()
    """Further columns that help to see what is wrong."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The offenders' column, and what helps to judge them."""
        return (self.column, *self.shown)

    @property
    def failing(self) -> str:
        """The offenders' rows. Materialized, they are sought once; else every parallel worker would seek them all again."""
        return f"{self.value} IN (WITH found AS MATERIALIZED ({self.offenders}) SELECT * FROM found)"  # noqa: S608 - the rule's own query


def checked_rules(rules: Sequence[Rule], catalog: Catalog) -> tuple[Rule, ...]:
    """The rules, once each of them is known to speak of what the catalogue declares.

    Raises:
        ConfigurationError: two rules share an id, a rule names a table or column that is not declared, or a table has no rule.
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
    """What a sample of failing rows shows: the key, then the columns that the rule speaks of."""
    table = catalog[rule.table]
    return tuple(table[name] for name in dict.fromkeys((table.key, *rule.columns)))


def _unique_index(table: str, column: str) -> str:
    of_table = _literal(f"stg.{quote_postgres(table)}")
    return (
        "SELECT FROM pg_index AS proof"
        " INNER JOIN pg_attribute AS part ON part.attrelid = proof.indrelid AND part.attnum = proof.indkey[0]"
        f" WHERE proof.indrelid = {of_table}::regclass AND part.attname = {_literal(column)}"
        " AND proof.indisunique AND proof.indisvalid AND proof.indnkeyatts = 1 AND proof.indpred IS NULL"
    )


def _shared_by_rows(table: str, columns: Sequence[str], *, nulls: bool) -> str:
    """SQL condition of the rows ``staged`` whose values in the columns another row has too; ``nulls``: NULL equals NULL."""
    named = ", ".join(map(quote_postgres, columns))
    given = "" if nulls else " WHERE " + " AND ".join(f"{quote_postgres(column)} IS NOT NULL" for column in columns)
    counted = f"SELECT ctid, COUNT(*) OVER (PARTITION BY {named}) AS alike FROM stg.{quote_postgres(table)}{given}"  # noqa: S608 - names of the catalogue
    return f"staged.ctid IN (SELECT ctid FROM ({counted}) AS counted WHERE alike > 1)"  # noqa: S608


def _literal(value: str | int | datetime) -> str:
    match value:
        case int():
            return str(value)
        case datetime():
            return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
        case str():
            return quote_literal(value)
