"""The texts that the steward reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from techmarket.quality.rules.row_rules import HELD_WITH_ORDER, Rule


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """See :class:`techmarket.quality.rules.row_rules.Rule`."""

    what: str
    reason: str
    remedy: str
    owner: str

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """From a declared rule."""
        return cls(rule.what, rule.reason, rule.remedy, rule.owner)


HELD = RuleTexts(
    what="The row breaks no rule itself, but its order's header or one of its lines does.",
    reason="An order is released whole or not at all: else its revenue would be incomplete.",
    remedy="Mend the rejected row of the same order; the next load releases the others with it.",
    owner="the owner of the rule that the rejected row breaks",
)
UNDECLARED = RuleTexts(
    what="This rule is no longer declared.",
    reason="It rejected these rows while it was.",
    remedy="None is needed: the next load that reads the rows takes them off the list.",
    owner="data engineering",
)
"""Of a rule that was removed."""


def texts_by_rule(rules: Sequence[Rule]) -> dict[str, RuleTexts]:
    """By rule id, with ``held_with_order``."""
    return {rule.id: RuleTexts.of(rule) for rule in rules} | {HELD_WITH_ORDER: HELD}
