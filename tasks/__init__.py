"""The pipeline's steps as Prefect tasks: retries, caching, artifacts and one log line each. What they do lives in ``techmarket``."""
