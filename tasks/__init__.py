"""The pipeline's steps as Prefect tasks: retries, caching, artifacts and one log line each. What they do lives in ``techmarket``."""

import logging

# PREFECT_LOGGING_EXTRA_LOGGERS gives the library's loggers Prefect's handlers, but no level: their lines would end at the root's, WARNING.
logging.getLogger("techmarket").setLevel(logging.INFO)
