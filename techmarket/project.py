"""What a pipeline is made of, and what one run chooses: handed through the library whole."""

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
    """The declared source tables, the rules on their rows, the settings, and the star that is made of the rows."""

    catalog: Catalog
    rules: Sequence[Rule]
    settings: Settings
    star: Star = STAR


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What one load does differently from a routine one."""

    mode: Mode = Mode.INCREMENTAL
    requested_keys: RequestedKeys = field(default_factory=lambda: NOTHING)
    """What a selective mode reads: orders, with their lines and payments, and customers. Those that the source no longer has leave the
    warehouse. The other modes find out what changed, and request nothing."""
    allow_mass_delete: bool = False
    """Whether it may remove more than ``settings.max_delete_share`` of a table."""
    severities: Mapping[str, Severity] = field(default_factory=lambda: AS_DECLARED)
    """Severities of this run alone, by rule."""
    only_check: bool = False
    """Whether the rules are only tried: nothing is released or rejected."""
