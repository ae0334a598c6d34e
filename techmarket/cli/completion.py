"""Values that the shell offers on Tab. Failures offer nothing and print no errors."""
# ruff: noqa: PLC0415 - slow imports, only for Tab

from collections.abc import Iterable


def tables(begun: str) -> list[str]:
    """Source tables."""
    from techmarket.model.catalog import CATALOG

    return _beginning(begun, CATALOG)


def rules(begun: str) -> list[str]:
    """Rules."""
    from expectations import RULES

    return _beginning(begun, (rule.id for rule in RULES))


def severities(begun: str) -> list[str]:
    """Rules with every severity; a single rule completes to its equals sign."""
    from expectations import RULES
    from techmarket.quality.rules.row_rules import Severity

    return _beginning(begun, (f"{rule.id}={severity}" for rule in RULES if not rule.pinned for severity in Severity))


def windows(begun: str) -> list[str]:
    """Window sizes of a backfill."""
    return _beginning(begun, ("month", "week", "day"))


def extracts(begun: str) -> list[str]:
    """Sealed extracts, newest first."""
    from techmarket.settings import load_settings

    sealed = (manifest.parent.name for manifest in load_settings().extract_dir.glob("*/manifest.json"))
    return _beginning(begun, sorted(sealed, reverse=True))


def _beginning(begun: str, offered: Iterable[str]) -> list[str]:
    return [value for value in offered if value.startswith(begun)]
