"""Proof that a release lost, doubled or altered nothing.

Every count and sum is queried before COMMIT, never taken from MERGE.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Self

import sqlalchemy as sa

from techmarket.errors import IntegrityError
from techmarket.extract.sealed import Manifest
from techmarket.model.catalog import Table
from techmarket.model.star_schema import ORDERS
from techmarket.project import Project
from techmarket.quality.rules.row_rules import HELD_WITH_ORDER
from techmarket.release.steps import run_step


@dataclass(frozen=True, slots=True)
class TableCount:
    """The fate of one source table's rows."""

    table: str
    extracted: int
    staged: int
    merged: int
    """Accepted rows written to dwh; an order counts when any of its lines was written."""
    unchanged: int
    """Accepted rows that dwh held already."""
    rejected: int
    """They break a critical rule."""
    held: int
    """Their order's header or one of its lines is rejected."""
    excluded: int
    """Accepted rows outside the star: orders not recognised or without lines, lines of orders not recognised."""
    removed: int
    """Rows gone from dwh: from the source, from their order, or with an order no longer recognised.
    No part of the balance; a line that moved to another order is removed there and merged here.
    """

    @property
    def balanced(self) -> bool:
        """Every extracted row was staged and has exactly one fate."""
        return self.extracted == self.staged == self.merged + self.unchanged + self.rejected + self.held + self.excluded


@dataclass(frozen=True, slots=True)
class ControlSum:
    """The sum of the rows to be released, and of the warehouse's rows of the same orders."""

    measure: str
    staged: Decimal
    """Of an aggregate: by the facts."""
    released: Decimal

    @property
    def agrees(self) -> bool:
        """Equal to the cent."""
        return self.staged == self.released


@dataclass(frozen=True, slots=True)
class Certificate:
    """Plain values."""

    batch_id: int
    extract_id: str
    tables: tuple[TableCount, ...]
    sums: tuple[ControlSum, ...]

    @property
    def balanced(self) -> bool:
        """Every table balances and every control sum agrees."""
        return all(table.balanced for table in self.tables) and all(control.agrees for control in self.sums)

    def as_rows(self) -> list[dict[str, str | int | bool]]:
        """One a source table."""
        return [{**_fields(table), "balanced": table.balanced} for table in self.tables]

    def sums_as_rows(self) -> list[dict[str, str | int | bool]]:
        """Sums as text, so that no reader makes floats of them."""
        return [{**_fields(control), "agrees": control.agrees} for control in self.sums]

    def as_json(self) -> dict[str, object]:
        """What the ledger stores."""
        return {
            "batch_id": self.batch_id,
            "extract_id": self.extract_id,
            "balanced": self.balanced,
            "tables": self.as_rows(),
            "sums": self.sums_as_rows(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The certificate that the ledger stores."""
        return cls(
            stored["batch_id"],
            stored["extract_id"],
            tuple(TableCount(**{key: value for key, value in row.items() if key != "balanced"}) for row in stored["tables"]),
            tuple(ControlSum(row["measure"], Decimal(row["staged"]), Decimal(row["released"])) for row in stored["sums"]),
        )

    def require_balanced(self) -> None:
        """Let a release commit only if everything agrees.

        Raises:
            IntegrityError: names each table and control sum that is wrong.
        """
        wrong = [
            f"{t.table}: extracted {t.extracted}, staged {t.staged}, but {t.merged} merged + {t.unchanged} unchanged"
            f" + {t.rejected} rejected + {t.held} held + {t.excluded} excluded"
            for t in self.tables
            if not t.balanced
        ]
        wrong += [f"{c.measure}: staged {c.staged}, released {c.released}" for c in self.sums if not c.agrees]
        if wrong:
            msg = (
                f"The certificate of batch {self.batch_id} does not balance: {'; '.join(wrong)}. Nothing was changed."
                " Next: load again; if it happens again, keep the extract and see docs/runbook.md."
            )
            raise IntegrityError(msg)


def certify(
    connection: sa.Connection, project: Project, *, batch_id: int, manifest: Manifest, is_whole: bool, removed: Mapping[str, int]
) -> Certificate:
    """Count and sum what was staged and what the warehouse holds, inside the release's transaction.

    ``removed`` are removed rows by table; ``is_whole``: all orders were read and all aggregates recomputed.
    """

    def query(name: str) -> sa.MappingResult:
        return run_step(connection, f"certificate/{name}", batch_id=batch_id, is_whole=is_whole).mappings()

    fates = {fate["table_name"]: fate for fate in query("dimensions")}
    fates |= {table: query(table).one() for table in (ORDERS, *(fact.source for fact in project.star.facts))}
    counts = [
        _table_count(connection, table, manifest.tables.get(table.name, 0), fates.get(table.name), removed.get(table.name, 0))
        for table in project.catalog.values()
    ]
    sums = [
        *(control for fact in project.star.facts for control in _control_sums(fact.name, fates[fact.source], query(fact.name).one())),
        *(ControlSum(row["measure"], row["expected"], row["found"]) for row in query("aggregates")),
    ]
    return Certificate(batch_id, manifest.extract_id, tuple(counts), tuple(sums))


def _table_count(connection: sa.Connection, table: Table, extracted: int, fate: sa.RowMapping | None, removed: int) -> TableCount:
    """A table that feeds nothing in the star excludes all its accepted rows."""
    staged = connection.execute(_staged_rows(table)).one()
    return TableCount(
        table=table.name,
        extracted=extracted,
        staged=staged.staged,
        merged=fate["merged"] if fate else 0,
        unchanged=fate["unchanged"] if fate else 0,
        rejected=staged.rejected,
        held=staged.held,
        excluded=fate["excluded"] if fate else staged.staged - staged.rejected - staged.held,
        removed=removed,
    )


def _staged_rows(table: Table) -> sa.Select[tuple[int, int, int]]:
    rows = sa.table(table.name, sa.column(table.key), schema="stg")
    rejects = sa.table("batch_rejects", sa.column("table_name"), sa.column("row_key"), sa.column("rule"), schema="stg")
    keys = (
        sa.select(rejects.c.row_key, sa.func.bool_and(rejects.c.rule == HELD_WITH_ORDER).label("only_held"))
        .where(rejects.c.table_name == table.name)
        .group_by(rejects.c.row_key)
        .subquery("keys")
    )
    key: sa.ColumnElement[int] = sa.literal_column(f"cast(keys.row_key AS {table[table.key].type.postgres})")
    return sa.select(
        sa.func.count().label("staged"),
        sa.func.count().filter(sa.not_(keys.c.only_held)).label("rejected"),
        sa.func.count().filter(keys.c.only_held).label("held"),
    ).select_from(rows.outerjoin(keys, rows.c[table.key] == key))


def _control_sums(target: str, staged: sa.RowMapping, released: sa.RowMapping) -> list[ControlSum]:
    """One a column of ``released``; a sum of no rows is 0."""
    return [ControlSum(f"{target}.{name}", Decimal(staged[name] or 0), Decimal(value or 0)) for name, value in released.items()]


def _fields(row: TableCount | ControlSum) -> dict[str, str | int]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(row).items()}
