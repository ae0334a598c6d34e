"""``docs/settings.md``: every setting's type, default and meaning."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import NoneType
from typing import Any, Final, get_args

from pydantic import SecretStr, TypeAdapter
from pydantic.fields import FieldInfo

from techmarket.settings import Settings

_HEAD: Final = """\
<!-- Rendered from techmarket/settings.py by `make render`; do not edit. -->

# Settings

Read from the environment, or from the file `.env` in the working directory; the environment wins. An empty `.env` to fill in is
`.env.example`. In the containers the same names stand in `infra/stack/.env` ([In containers](docker.md#settings)).

A value that cannot be used ends a command with exit code 2 and a message that names the setting, never its value. A *secret* is shown
nowhere: not in logs, not in errors, not in the ledger. Durations are written as ISO 8601 (`PT5M` is five minutes, `P1DT2H` a day and two
hours) or as `00:05:00`. Passwords inside of addresses are URL-encoded.

| setting | type | default | meaning |
|---|---|---|---|
"""
_TYPES: Final[dict[type, str]] = {
    SecretStr: "secret",
    str: "text",
    Path: "directory",
    timedelta: "duration",
    int: "whole number",
    float: "number",
}
_BOUNDS: Final = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


def render_settings() -> str:
    """The page."""
    return _HEAD + "".join(f"{_row(name, field)}\n" for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    cells = (f"`TECHMARKET_{name.upper()}`", ", ".join(_type(field)), _default(field), f"{field.description}.".replace("|", r"\|"))
    return f"| {' | '.join(cells)} |"


def _type(field: FieldInfo) -> Iterator[str]:
    kinds = [kind for kind in get_args(field.annotation) or (field.annotation,) if kind is not NoneType]
    yield from (_TYPES[kind] for kind in kinds)
    for constraint in field.metadata:
        for bound, words in _BOUNDS.items():
            if (limit := getattr(constraint, bound, None)) is not None:
                yield f"{words} {_shown(limit)}"


def _default(field: FieldInfo) -> str:
    return "none" if field.default is None else f"`{_shown(field.default)}`"


def _shown(value: Any) -> str:
    """As ``.env`` has it."""
    return "0" if value == timedelta(0) else str(TypeAdapter(type(value)).dump_python(value, mode="json"))
