"""Open rejects by rule, their age and trend."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.model.catalog import Catalog
from techmarket.project import Project
from techmarket.quality.quarantine.rejects import OpenRejectsOfRule, count_rejects, shown_row
from techmarket.quality.rules.row_rules import HELD_WITH_ORDER, Rule
from techmarket.quality.rules.rule_texts import UNDECLARED, RuleTexts, texts_by_rule

DAYS_SHOWN = 30
ROWS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row that breaks a rule."""

    row_key: str
    order_id: int | None
    first_batch_id: int
    rejected_at: datetime
    values_shown: Mapping[str, str | None]
    """Personal data hidden."""


@dataclass(frozen=True, slots=True)
class OpenRule:
    """A rule with open rejects, and the remedy."""

    table: str
    rule_id: str
    what: str
    reason: str
    remedy: str
    owner: str
    rows: int
    oldest: datetime
    newest: datetime
    per_day: tuple[int, ...]
    """At the end of each of the past days, the newest last."""
    oldest_rows: tuple[OpenRow, ...]

    @property
    def is_held(self) -> bool:
        """Only held with their order."""
        return self.rule_id == HELD_WITH_ORDER


@dataclass(frozen=True, slots=True)
class OpenRejects:
    """The list at one moment."""

    as_of: datetime
    rules: tuple[OpenRule, ...]
    per_day: tuple[int, ...]
    """Entries without held rows at the end of each day."""
    resolved: int
    """Rows resolved within these days."""

    @property
    def rows(self) -> int:
        """Entries: one a row and rule."""
        return sum(rule.rows for rule in self.rules if not rule.is_held)

    @property
    def held(self) -> int:
        """Rows held with their order."""
        return sum(rule.rows for rule in self.rules if rule.is_held)

    @property
    def oldest(self) -> datetime | None:
        """None when the list is empty."""
        return min((rule.oldest for rule in self.rules), default=None)


def read_open_rejects(connection: sa.Connection, project: Project) -> OpenRejects:
    """Read the current list."""
    now = datetime.now(UTC)
    first_day = now.date() - timedelta(days=DAYS_SHOWN - 1)
    trends = _trends(connection, {"first_day": first_day, "last_day": now.date()})
    declared = {rule.id: rule for rule in project.rules}
    texts = texts_by_rule(project.rules)
    oldest = _oldest_rows(connection, declared, project.catalog)
    resolved = sql.run(connection, "quarantine/resolved_since", since=first_day, held=HELD_WITH_ORDER).scalar_one()
    found = [
        _open_rule(count, texts.get(count.rule, UNDECLARED), trends[count.table, count.rule], oldest[count.table, count.rule])
        for count in count_rejects(connection)
    ]
    rejected = [per_day for (_, rule), per_day in trends.items() if rule != HELD_WITH_ORDER]
    return OpenRejects(
        as_of=now,
        rules=tuple(sorted(found, key=lambda rule: (rule.is_held, -rule.rows, rule.rule_id, rule.table))),
        per_day=tuple(map(sum, zip(*rejected, strict=True))),
        resolved=resolved,
    )


def _open_rule(count: OpenRejectsOfRule, texts: RuleTexts, per_day: Sequence[int], oldest_rows: Sequence[OpenRow]) -> OpenRule:
    return OpenRule(
        table=count.table,
        rule_id=count.rule,
        **asdict(texts),
        rows=count.entries,
        oldest=count.oldest,
        newest=count.newest,
        per_day=tuple(per_day),
        oldest_rows=tuple(oldest_rows),
    )


def _trends(connection: sa.Connection, days: Mapping[str, object]) -> dict[tuple[str, str], list[int]]:
    trends: dict[tuple[str, str], list[int]] = {}
    for row in sql.run(connection, "quarantine/open_by_day", **days):
        trends.setdefault((row.table_name, row.rule), []).append(row.entries or 0)
    return trends


def _oldest_rows(connection: sa.Connection, declared: Mapping[str, Rule], catalog: Catalog) -> dict[tuple[str, str], list[OpenRow]]:
    rows: dict[tuple[str, str], list[OpenRow]] = {}
    for found in sql.run(connection, "quarantine/oldest_open", size=ROWS_SHOWN):
        values = shown_row(found.row_text, found.table_name, catalog)
        speaks_of = declared[found.rule].columns if found.rule in declared else ()
        key = catalog[found.table_name].key if found.table_name in catalog else ""
        row = OpenRow(
            row_key=found.row_key,
            order_id=found.order_id,
            first_batch_id=found.first_batch_id,
            rejected_at=found.rejected_at,
            values_shown={name: values.get(name) for name in speaks_of if name not in {key, "order_id"}},
        )
        rows.setdefault((found.table_name, found.rule), []).append(row)
    return rows
