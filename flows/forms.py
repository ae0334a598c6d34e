"""Shared configuration of the flows' options, which the Prefect UI shows as forms."""

from typing import Any

from pydantic import ConfigDict


def _number_fields(schema: dict[str, Any]) -> None:
    for position, field in enumerate(schema["properties"].values()):
        field["position"] = position


FORM = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_number_fields)
"""Refuses misspelt options. Numbers fields as declared, since the server's database keeps no order and the form follows the numbers.
Give a field one type: for ``str | None`` the form asks which of the two it is."""
