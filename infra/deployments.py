"""``python -m infra.deployments``: the deployments of prefect.yaml for pools whose runs need no image, such as plain processes."""

import sys
from pathlib import Path

import yaml

PREFECT_FILE = Path(__file__).resolve().parent.parent / "prefect.yaml"


def without_image() -> str:
    """The text of prefect.yaml without its build steps; Prefect drops a job variable that names the outcome of a step that is gone."""
    return yaml.safe_dump(yaml.safe_load(PREFECT_FILE.read_text()) | {"build": []}, sort_keys=False)


if __name__ == "__main__":
    sys.stdout.write(without_image())
