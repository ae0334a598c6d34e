"""The usual row count of a batch's tables, from the ledger.

Compares with earlier loads of the same kind: whole reads, or changes over a similar time. The band is wide on purpose: busy Mondays pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor

import sqlalchemy as sa

from techmarket.db import sql
from techmarket.model.catalog import Catalog, Reading
from techmarket.model.modes import FOLLOWING
from techmarket.quality.rules.table_rules import LOADS_COMPARED

_ENOUGH = 5
_SEARCHED = 500
_FEW_ROWS = 20
"""A difference of so few means nothing."""


@dataclass(frozen=True, slots=True)
class Band:
    """Usual row counts, ends included, from ``loads`` loads."""

    fewest: int
    most: int
    loads: int


@dataclass(frozen=True, slots=True)
class Volume:
    """Staged rows, and the usual number (None: not known)."""

    staged: int
    usual: Band | None


def usual_volumes(connection: sa.Connection, batch_id: int, catalog: Catalog) -> dict[str, Band]:
    """For each table with enough released loads like this batch."""
    whole = [table.name for table in catalog.values() if table.reading is Reading.WHOLE]
    found = sql.run(
        connection,
        "quality/released_volumes",
        batch_id=batch_id,
        following=list(FOLLOWING),
        whole=whole,
        loads=LOADS_COMPARED,
        enough=_ENOUGH,
        searched=_SEARCHED,
    )
    return {row.table_name: _band(row.fewest, row.most, row.loads) for row in found}


def _band(fewest: float, most: float, loads: int) -> Band:
    return Band(fewest=max(0, floor(fewest / 2) - _FEW_ROWS), most=ceil(most * 2) + _FEW_ROWS, loads=loads)


def as_evidence(volume: Volume) -> Mapping[str, str]:
    """For the page of a broken rule."""
    band = volume.usual
    if band is None:
        return {}
    return {
        "rows": f"{volume.staged:,}",
        "usual at least": f"{band.fewest:,}",
        "usual at most": f"{band.most:,}",
        "loads compared": str(band.loads),
    }
