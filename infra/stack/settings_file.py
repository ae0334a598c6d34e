"""The stack's ``.env``, written once with random passwords."""

import re
import secrets
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr

from techmarket.settings import Settings

EXAMPLE = Path(__file__).resolve().with_name(".env.example")


def ensure_settings_file(file: Path) -> bool:
    """Write the file with random passwords and mode 0600, unless it exists; True if it is new."""
    if file.exists():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(re.sub(r"(?m)^(\w+)=<password>$", lambda match: f"{match[1]}={secrets.token_urlsafe(24)}", EXAMPLE.read_text()))
    return True


def adopt_settings_file(file: Path, *, earlier: Path) -> None:
    """Move the file from where older checkouts kept it: with new passwords the stack could not open its volumes."""
    if earlier.exists() and not file.exists():
        earlier.rename(file)


def read_settings_file(file: Path) -> dict[str, str]:
    """Name to value."""
    return {name: value for name, value in dotenv_values(file).items() if value is not None}


def plain_settings(values: dict[str, str]) -> dict[str, str]:
    """The pipeline's settings among the values, without secrets."""
    plain = {f"TECHMARKET_{name.upper()}" for name, field in Settings.model_fields.items() if SecretStr not in _types(field.annotation)}
    return {name: value for name, value in values.items() if name in plain}


def _types(annotation: object) -> tuple[object, ...]:
    return getattr(annotation, "__args__", (annotation,))
