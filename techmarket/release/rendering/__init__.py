"""Renders repeated SQL into ``sql/postgres/release``.

A file is rendered whole, or from a marker on.
"""

from collections.abc import Callable, Mapping
from functools import partial

from techmarket.db.rendering import with_rendered_part
from techmarket.db.sql import read_sql
from techmarket.model.catalog import Reading
from techmarket.model.star_schema import Star
from techmarket.release.rendering import aggregates, dimensions, facts

__all__ = ["release_files"]


def release_files(star: Star) -> Mapping[str, Callable[[], str]]:
    """Renderers by file name below ``sql/postgres``."""
    whole: dict[str, Callable[[], str]] = {
        "release/analyze_star.sql": partial(facts.analyze_star, star),
        "release/analyze_aggregates.sql": partial(aggregates.analyze_aggregates, star),
        "release/certificate/dimensions.sql": partial(dimensions.certify_dimensions, star),
    }
    for dimension in star.dimensions:
        whole[f"release/{dimension.name}/mark_deleted.sql"] = partial(dimensions.mark_deleted, star, dimension)
        if star.naming_columns(dimension):
            whole[f"release/{dimension.name}/infer.sql"] = partial(dimensions.infer, star, dimension)
        if star.catalog[dimension.source].reading is not Reading.WHOLE:
            whole[f"release/{dimension.name}/mark_requested_deleted.sql"] = partial(dimensions.mark_requested_deleted, star, dimension)
    for fact in star.facts:
        whole[f"release/{fact.name}/is_empty.sql"] = partial(facts.is_empty, fact)
        if fact.days:
            whole[f"release/{fact.name}/count_replaced.sql"] = partial(facts.count_replaced, star, fact)
        whole[f"release/{fact.name}/count_rows.sql"] = partial(facts.count_rows, fact)
        whole[f"release/certificate/{fact.source}.sql"] = partial(facts.certify_staged, star, fact)
        whole[f"release/certificate/{fact.name}.sql"] = partial(facts.certify_released, star, fact)
        if "remove" not in fact.by_hand:
            whole[f"release/{fact.name}/remove.sql"] = partial(facts.remove, star, fact)
    in_part: dict[str, Callable[[], str]] = {
        "release/dim_date/missing_years.sql": partial(facts.days_to_release, star),
        **{f"release/{aggregate.name}/refresh.sql": partial(aggregates.write_cells, star, aggregate) for aggregate in star.aggregates},
        "release/certificate/aggregates.sql": partial(aggregates.certify_aggregates, star),
    }
    return whole | {file: partial(_in_part, file, part) for file, part in in_part.items()}


def _in_part(file: str, part: Callable[[], str]) -> str:
    return with_rendered_part(read_sql(f"postgres/{file}"), part())
