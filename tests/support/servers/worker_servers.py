"""The private servers' folder of this pytest worker."""

import os

_WORKER = os.environ.get("PYTEST_XDIST_WORKER")
SERVERS = f"test-{_WORKER}" if _WORKER else "test"
WORKER_NUMBER = int(_WORKER.removeprefix("gw")) if _WORKER else 0
