"""One command of the command line, as a process that tells how it went: ``python -m tests.bench.command load --full``.

Each record of the log goes to the file that BENCH_LOG names, with the seconds since the process began; the peak memory to BENCH_PEAK.
"""

import json
import logging
import os
import sys
import time
from pathlib import Path

BEGAN = time.monotonic()


class _Timed(logging.Handler):
    """Writes a line of JSON for each record: seconds, message."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._text = file.open("w", encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        self._text.write(json.dumps([round(time.monotonic() - BEGAN, 3), record.getMessage()]) + "\n")
        self._text.flush()


def main() -> None:
    """Run the command that the arguments name; its log tells the steps of a release too."""
    from techmarket.cli.commands import app

    logging.getLogger("techmarket").addHandler(_Timed(Path(os.environ["BENCH_LOG"])))
    logging.getLogger("techmarket.db.sql").setLevel(logging.DEBUG)
    app(sys.argv[1:], standalone_mode=False)


if __name__ == "__main__":
    from tests.bench.peak import tell_peak

    main()
    tell_peak()
