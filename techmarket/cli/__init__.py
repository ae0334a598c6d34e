"""The command line ``techmarket``. Imports everything of the library and ``expectations``; nothing imports it."""

import signal
import sys


def main() -> None:
    """Run the command in ``sys.argv``; ends the process with its exit code."""
    try:
        from techmarket.cli.commands import app  # noqa: PLC0415 - Ctrl-C during the import must end as quietly as later

        app()
    except KeyboardInterrupt:
        print("Error: Interrupted.", file=sys.stderr)  # noqa: T201
        sys.exit(128 + signal.SIGINT)
