"""How many rows a batch usually has: the band that rules on volume compare with, from the ledger.

Like is compared with like: a table that is read whole with its last readings, changes with the changes of like spans of time. The
band is wide on purpose. It is to show a source that stopped, or a change of everything, not a busy Monday.
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
"""Rows more or less that mean nothing, however few are usual."""


@dataclass(frozen=True, slots=True)
class Band:
    """Rows that are usual: at least ``fewest`` and at most ``most``, by so many loads."""

    fewest: int
    most: int
    loads: int


def usual_volumes(connection: sa.Connection, batch_id: int, catalog: Catalog) -> dict[str, Band]:
    """The band of each table for which there are enough released loads like this batch."""
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
    """Half of the fewest rows to twice the most, and a few rows beyond."""
    return Band(fewest=max(0, floor(fewest / 2) - _FEW_ROWS), most=ceil(most * 2) + _FEW_ROWS, loads=loads)


def as_evidence(band: Band | None, observed: int) -> Mapping[str, str]:
    """What a page shows of a table outside its band."""
    if band is None:
        return {}
    return {
        "rows": f"{observed:,}",
        "usual at least": f"{band.fewest:,}",
        "usual at most": f"{band.most:,}",
        "loads compared": str(band.loads),
    }
