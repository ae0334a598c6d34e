"""A pipeline's parts, and one run's choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from techmarket.model.catalog import Catalog
from techmarket.model.modes import Mode
from techmarket.model.requested_keys import NOTHING, RequestedKeys
from techmarket.model.star import STAR
from techmarket.model.star_schema import Star
from techmarket.quality.rules.row_rules import Rule, Severity
from techmarket.quality.rules.severities import AS_DECLARED
from techmarket.settings import Settings


@dataclass(frozen=True, slots=True)
class Project:
    """Source tables, rules on their rows, settings, and the star made of them."""

    catalog: Catalog
    rules: Sequence[Rule]
    settings: Settings
    star: Star = STAR


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """How a load differs from a routine one."""

    mode: Mode = Mode.INCREMENTAL
    requested_keys: RequestedKeys = field(default_factory=lambda: NOTHING)
    """What a selective mode reads: customers, and orders with lines and payments. Rows gone from the source leave the warehouse. Other
    modes request nothing.
    """
    allow_mass_delete: bool = False
    """Beyond ``settings.max_delete_share``."""
    new_source: bool = False
    """A person accepts the source as it is, whatever the warehouse knows of it. Reads all of it, and removes what it lacks."""
    severities: Mapping[str, Severity] = field(default_factory=lambda: AS_DECLARED)
    """Of this run alone, by rule."""
    only_check: bool = False
    """No release, no rejects."""

    def __post_init__(self) -> None:
        if self.new_source and self.mode is not Mode.FULL:
            msg = "a new source is read whole, in mode full"
            raise ValueError(msg)

    @property
    def lifts_delete_guard(self) -> bool:
        """Whether this run may remove and replace however much."""
        return self.allow_mass_delete or self.new_source
