"""The stack's ``.env``."""

import re
import secrets
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr

from techmarket.settings import Settings

EXAMPLE = Path(__file__).resolve().with_name(".env.example")


def ensure_settings_file(file: Path) -> bool:
    """Write a missing file with random passwords, mode 0600; True if written."""
    if file.exists():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(re.sub(r"(?m)^(\w+)=<password>$", lambda match: f"{match[1]}={secrets.token_urlsafe(24)}", EXAMPLE.read_text()))
    return True


def adopt_settings_file(file: Path, *, earlier: Path) -> None:
    """Move an older checkout's file here: the volumes need its passwords."""
    if earlier.exists() and not file.exists():
        earlier.rename(file)


def read_settings_file(file: Path) -> dict[str, str]:
    """Name to value."""
    return {name: value for name, value in dotenv_values(file).items() if value is not None}


def plain_settings(values: dict[str, str]) -> dict[str, str]:
    """The pipeline's settings, without secrets."""
    plain = {f"TECHMARKET_{name.upper()}" for name, field in Settings.model_fields.items() if SecretStr not in _types(field.annotation)}
    return {name: value for name, value in values.items() if name in plain}


def _types(annotation: object) -> tuple[object, ...]:
    return getattr(annotation, "__args__", (annotation,))
