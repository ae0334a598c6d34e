"""What the user states about an export because its files do not."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path

from techmarket.errors import ConfigurationError
from techmarket.extract.dump.time_zones import zone_named


class Form(StrEnum):
    """The format of an export's files; a backslash escapes in both."""

    TAB = "tab"
    """MySQL's default: fields separated by tabs, without quotes."""
    CSV = "csv"
    """Fields separated by commas, text in double quotes."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """An export to import: its directory, and what its files do not tell.

    Everything committed before ``taken_at`` is in the export. ``time_zone`` is that of the exporting session (None: UTC, which
    ``mysqldump --tab`` sets). ``form`` None: detected from the first line of each file. ``catalog_order``: files without column names have
    the catalogue's columns in its order.

    Raises:
        ConfigurationError: ``taken_at`` has no time zone, or ``time_zone`` is unknown.
    """

    directory: Path
    taken_at: datetime
    time_zone: str | None = None
    form: Form | None = None
    catalog_order: bool = False
    without_checksums: bool = False

    def __post_init__(self) -> None:
        if self.taken_at.tzinfo is None:
            msg = (
                f"The moment of the export, {self.taken_at.isoformat(sep=' ')}, has no time zone."
                " Next: write it with one, such as 2026-11-25T02:00:00+02:00, or with a Z at its end for UTC."
            )
            raise ConfigurationError(msg)
        if self.time_zone is not None:
            self._zone(self.time_zone)

    @property
    def zone(self) -> tzinfo | None:
        """The zone of TIMESTAMP columns, if named."""
        return None if self.time_zone is None else self._zone(self.time_zone)

    @staticmethod
    def _zone(name: str) -> tzinfo:
        try:
            return zone_named(name)
        except ValueError:
            msg = f"{name!r} is no time zone. Next: write one such as Europe/Kyiv, or +02:00."
            raise ConfigurationError(msg) from None
