"""Runs checks so that one that fails never stops the others."""

from collections.abc import Callable, Iterator, Mapping

from techmarket.db.driver_errors import typed_errors
from techmarket.errors import TechMarketError
from techmarket.setup.doctor.finding import Finding, fail

Check = Callable[[], Finding]


def run_checks(area: str, checks: Mapping[str, Check]) -> Iterator[Finding]:
    """Yield one finding a check, named after it; a check that cannot run is one that fails."""
    for name, check in checks.items():
        try:
            with typed_errors("Looking"):
                finding = check()
        except TechMarketError as exc:
            finding = failed(exc)
        yield finding.named(f"{area}: {name}")


def failed(error: TechMarketError) -> Finding:
    """The finding that an error makes; its message ends in the remedy."""
    observed, _, remedy = str(error).partition(" Next: ")
    return fail(observed.rstrip("."), remedy.rstrip("."))
