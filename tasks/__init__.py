"""The steps as Prefect tasks, with retries, caching and artifacts. The work itself is in ``techmarket``. Only ``flows`` import it."""

import logging

# PREFECT_LOGGING_EXTRA_LOGGERS gives the library's loggers Prefect's handlers but no level: they would inherit the root's, WARNING.
logging.getLogger("techmarket").setLevel(logging.INFO)
