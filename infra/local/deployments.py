"""``python -m infra.local.deployments``: prints prefect.yaml for local processes."""

import sys
from pathlib import Path

import yaml

PREFECT_FILE = Path(__file__).resolve().parents[2] / "prefect.yaml"


def without_image() -> str:
    """prefect.yaml without build steps and image."""
    deployments = yaml.safe_load(PREFECT_FILE.read_text()) | {"build": []}
    del deployments["definitions"]["runs"]["job_variables"]["image"]  # all deployments share these
    return yaml.safe_dump(deployments, sort_keys=False)


if __name__ == "__main__":
    sys.stdout.write(without_image())
