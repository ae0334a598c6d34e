"""The containers' entry point."""

import os
import sys
import time
import urllib.request
from collections.abc import Sequence

_PATIENCE_SECONDS = 20.0
"""Enough for a server's restart."""


def main(command: Sequence[str]) -> None:
    """Wait for the environment's API, if any; then become the command."""
    address = os.environ.get("PREFECT_API_URL")
    if address and (problem := _problem_with(address)):
        sys.exit(
            f"No Prefect API answers at {address}: {problem}. Next: check that the server is up, and that PREFECT_API_URL names it as "
            "containers see it (`make up` sets it; a job variable or the pool's template may say otherwise)."
        )
    os.execvp(command[0], list(command))  # noqa: S606 - the container's own command


def _problem_with(address: str) -> str | None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{address.rstrip('/')}/health", timeout=5):  # noqa: S310 - the address is the operator's
                return None
        except (OSError, ValueError) as exc:
            if time.monotonic() > deadline or isinstance(exc, ValueError):
                return str(getattr(exc, "reason", exc))
            time.sleep(0.5)


if __name__ == "__main__":
    main(sys.argv[1:])
