"""Runs independent checks."""

from collections.abc import Callable, Iterator, Mapping

from techmarket.db.driver_errors import typed_errors
from techmarket.errors import TechMarketError
from techmarket.setup.doctor.finding import Finding, fail

Check = Callable[[], Finding]


def run_checks(area: str, checks: Mapping[str, Check]) -> Iterator[Finding]:
    """One finding a check, with its name; a check that cannot run failed."""
    for name, check in checks.items():
        try:
            with typed_errors("Looking"):
                finding = check()
        except TechMarketError as exc:
            finding = failed(exc)
        yield finding.named(f"{area}: {name}")


def failed(error: TechMarketError) -> Finding:
    """The message ends in the remedy."""
    observed, _, remedy = str(error).partition(" Next: ")
    return fail(observed.rstrip("."), remedy.rstrip("."))
