"""The data dictionary as Markdown."""

from collections.abc import Iterable, Iterator
from typing import Final

from infra.docs.dictionary.comments import Relation, relations
from infra.docs.dictionary.lineage import UNITS, Origins
from techmarket.model.star import STAR
from techmarket.model.star_schema import Star

_HEAD: Final = """\
<!-- Rendered from sql/postgres, techmarket/model/ and infra/docs/dictionary/ by `make render`; do not edit. -->

# Data dictionary

Every table and column of the warehouse, with meaning, unit and origin. PostgreSQL has the same texts as comments (`\\d+` in psql). A table
without a schema, such as `orders`, is in the order system. Figures are defined in [kpi.md](kpi.md), rules in [quality.md](quality.md).

An *instant* is a point in time with its zone; *business time* is local time, by default in Europe/Kyiv.
"""
_PARTS: Final[dict[str, str | tuple[str, ...]]] = {
    "Marts, for analysts": "dwh.mart_",
    "Dimensions": "dwh.dim_",
    "Facts": "dwh.fact_",
    "Behind the marts and the facts": ("dwh.agg_", "dwh.kept_"),
    "Loads and upgrades": ("dwh.load_", "dwh.backfill", "dwh.schema_"),
    "Staging and quarantine, not for analysts": "stg.",
}


def render_dictionary(star: Star = STAR) -> str:
    """``docs/data-dictionary.md``."""
    known = relations()
    origins = Origins(star, known)
    parts = (
        "\n".join([f"\n## {title}", *(line for name in known if name.startswith(prefix) for line in _section(known[name], origins))])
        for title, prefix in _PARTS.items()
    )
    return _HEAD + "\n".join(parts) + "\n"


def _section(relation: Relation, origins: Origins) -> Iterable[str]:
    yield from ("", f"### {relation.name}", "", f"{relation.meaning}.")
    if relation.columns:
        yield from ("", "| column | meaning | unit | comes from |", "|---|---|---|---|", *_rows(relation, origins))


def _rows(relation: Relation, origins: Origins) -> Iterator[str]:
    for column, meaning in relation.columns.items():
        yield f"| `{column}` | {_cell(meaning)} | {UNITS.get(column, '')} | {_cell(origins.of(relation, column))} |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
