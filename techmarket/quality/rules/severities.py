"""Severities of one run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from types import MappingProxyType

from techmarket.errors import ConfigurationError
from techmarket.quality.rules.row_rules import Rule, Severity

AS_DECLARED: Mapping[str, Severity] = MappingProxyType({})


def with_severities(rules: Sequence[Rule], severities: Mapping[str, Severity]) -> tuple[Rule, ...]:
    """The rules with severities overridden by id.

    Raises:
        ConfigurationError: unknown rule or forbidden severity.
    """
    known = {rule.id: rule for rule in rules}
    for rule_id in severities:
        if rule_id not in known:
            near = get_close_matches(rule_id, known, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            msg = f"There is no rule {rule_id!r}, so its severity cannot be set.{meant} docs/quality.md lists all rules."
            raise ConfigurationError(msg)
        if known[rule_id].pinned:
            msg = f"The severity of rule {rule_id!r} cannot be set: the release rests on it. Next: mend what it finds."
            raise ConfigurationError(msg)
    return tuple(replace(rule, severity=severities.get(rule.id, rule.severity)) for rule in rules)


def parsed_severities(settings: Sequence[str]) -> dict[str, Severity]:
    """Parse a command line's ``orders.status_known=warning``.

    Raises:
        ConfigurationError: another form, or no severity.
    """
    severities = {}
    for setting in settings:
        rule_id, _, name = setting.partition("=")
        try:
            severities[rule_id] = Severity(name)
        except ValueError:
            known = ", ".join(Severity)
            msg = f"{setting!r} sets no severity. Next: write RULE=SEVERITY, with one of {known}."
            raise ConfigurationError(msg) from None
    return severities
