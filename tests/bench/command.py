"""Runs one command and measures it: ``python -m tests.bench.command load --full``.

BENCH_LOG names the file for log records, BENCH_PEAK the one for peak memory.
"""

import json
import logging
import os
import sys
import time
from pathlib import Path

BEGAN = time.monotonic()


class _Timed(logging.Handler):
    """Writes each record as JSON: seconds, message."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._text = file.open("w", encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        self._text.write(json.dumps([round(time.monotonic() - BEGAN, 3), record.getMessage()]) + "\n")
        self._text.flush()


def main() -> None:
    from techmarket.cli.commands import app

    logging.getLogger("techmarket").addHandler(_Timed(Path(os.environ["BENCH_LOG"])))
    logging.getLogger("techmarket.db.sql").setLevel(logging.DEBUG)
    app(sys.argv[1:], standalone_mode=False)


if __name__ == "__main__":
    from tests.bench.peak import tell_peak

    main()
    tell_peak()
