"""The usual row count of a batch's tables, from the ledger, for rules on volume.

Compares each table with earlier loads of the same kind: whole reads with whole reads, changes with changes over a similar time. The band
is wide on purpose: it must show a source that stopped or changed everything, not a busy Monday.
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
"""A difference that means nothing, even if few rows are usual."""


@dataclass(frozen=True, slots=True)
class Band:
    """Rows that are usual: at least ``fewest`` and at most ``most``, from ``loads`` loads."""

    fewest: int
    most: int
    loads: int


def usual_volumes(connection: sa.Connection, batch_id: int, catalog: Catalog) -> dict[str, Band]:
    """The band of each table that has enough released loads like this batch."""
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
    """Half of the fewest rows to twice the most, with a margin."""
    return Band(fewest=max(0, floor(fewest / 2) - _FEW_ROWS), most=ceil(most * 2) + _FEW_ROWS, loads=loads)


def as_evidence(band: Band | None, observed: int) -> Mapping[str, str]:
    """What a page shows for a table outside its band."""
    if band is None:
        return {}
    return {
        "rows": f"{observed:,}",
        "usual at least": f"{band.fewest:,}",
        "usual at most": f"{band.most:,}",
        "loads compared": str(band.loads),
    }
