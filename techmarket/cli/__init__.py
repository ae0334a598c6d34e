"""The command line ``techmarket``."""

import signal
import sys


def main() -> None:
    """Run the command that ``sys.argv`` names; ends the process with its exit code."""
    try:
        from techmarket.cli.commands import app  # noqa: PLC0415 - so that Ctrl-C while this is imported ends as quietly as later on

        app()
    except KeyboardInterrupt:
        print("Error: Interrupted.", file=sys.stderr)  # noqa: T201
        sys.exit(128 + signal.SIGINT)
