"""What the options of all flows have in common: the Prefect UI makes a form of them."""

from typing import Any

from pydantic import ConfigDict


def _number_fields(schema: dict[str, Any]) -> None:
    for position, field in enumerate(schema["properties"].values()):
        field["position"] = position


FORM = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_number_fields)
"""A misspelt option is refused. Fields are numbered as they are declared: the form follows the numbers, and the server's database keeps
no order. A field's type should be one alone: of ``str | None`` the form asks which of both it is to be."""
