"""Queries for the steward."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.errors import ConfigurationError
from techmarket.model.catalog import Catalog
from techmarket.quality.rules.row_rules import Rule
from techmarket.quality.rules.rule_texts import texts_by_rule

HIDDEN = "(hidden)"


@dataclass(frozen=True, slots=True)
class Reject:
    """One row and the rule it breaks."""

    table: str
    row_key: str
    rule: str
    order_id: int | None
    first_batch_id: int
    batch_id: int
    rejected_at: datetime
    last_seen_at: datetime
    row: Mapping[str, str | None]
    """As last staged, values as text."""


@dataclass(frozen=True, slots=True)
class OpenRejectsOfRule:
    """Open entries of one rule and table."""

    table: str
    rule: str
    entries: int
    oldest: datetime
    newest: datetime


@dataclass(frozen=True, slots=True)
class RejectFilter:
    """None does not filter."""

    table: str | None = None
    rule: str | None = None
    order_id: int | None = None
    since: datetime | None = None
    limit: int | None = None


def list_rejects(connection: sa.Connection, catalog: Catalog, wanted: RejectFilter, *, personal: bool = False) -> list[Reject]:
    """Open rejects, oldest first. Personal data is hidden unless ``personal``.

    Raises:
        ConfigurationError: the table is not in the catalogue.
    """
    found = sql.run(
        connection,
        "quarantine/list_rejects",
        table_name=None if wanted.table is None else catalog[wanted.table].name,
        rule=wanted.rule,
        order_id=wanted.order_id,
        since=wanted.since,
        size=wanted.limit,
    )
    return [
        Reject(
            table=entry.table_name,
            row_key=entry.row_key,
            rule=entry.rule,
            order_id=entry.order_id,
            first_batch_id=entry.first_batch_id,
            batch_id=entry.batch_id,
            rejected_at=entry.rejected_at,
            last_seen_at=entry.last_seen_at,
            row=_row(entry.row_text, set()) if personal else shown_row(entry.row_text, entry.table_name, catalog),
        )
        for entry in found
    ]


def count_rejects(connection: sa.Connection) -> list[OpenRejectsOfRule]:
    """By table and rule, most frequent first."""
    found = sql.run(connection, "quarantine/count_open_rejects")
    return [OpenRejectsOfRule(entry.table_name, entry.rule, entry.entries, entry.oldest, entry.newest) for entry in found]


def explain_rule(rule_id: str, rules: Sequence[Rule]) -> str:
    """A rule's texts; also for ``held_with_order``.

    Raises:
        ConfigurationError: there is no such rule.
    """
    texts = texts_by_rule(rules).get(rule_id)
    if texts is None:
        msg = f"There is no rule {rule_id!r}; docs/quality.md lists all of them."
        raise ConfigurationError(msg)
    severity = "".join(f" ({rule.severity.words})" for rule in rules if rule.id == rule_id)
    return f"{rule_id}{severity}: {texts.what}\nWhy: {texts.reason}\nHow to mend: {texts.remedy}\nOwner: {texts.owner}"


def shown_row(text: str, table: str, catalog: Catalog) -> dict[str, str | None]:
    """Parse a row's JSON and hide personal data."""
    return _row(text, _personal_columns(table, catalog))


def _personal_columns(table: str, catalog: Catalog) -> set[str]:
    """``*``, meaning all, if the catalogue no longer has the table."""
    return {column.name for column in catalog[table].columns if column.personal} if table in catalog else {"*"}


def _row(text: str, hidden: set[str]) -> dict[str, str | None]:
    """Numbers keep their spelling."""
    values = json.loads(text, parse_float=str, parse_int=str)
    return {name: HIDDEN if value is not None and (name in hidden or "*" in hidden) else value for name, value in values.items()}
