"""The folder below ``.local`` for the private servers of this pytest worker."""

import os

_WORKER = os.environ.get("PYTEST_XDIST_WORKER")
SERVERS = f"test-{_WORKER}" if _WORKER else "test"
