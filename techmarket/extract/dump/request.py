"""What a person says about an export that its files do not."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path

from techmarket.errors import ConfigurationError
from techmarket.extract.dump.time_zones import zone_named


class Form(StrEnum):
    """How an export's files are written; in both forms a backslash escapes."""

    TAB = "tab"
    """MySQL's default: fields are parted by tabs, nothing is quoted."""
    CSV = "csv"
    """Fields are parted by commas, text stands in double quotes."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """An export to import: where it lies, and what its files do not tell.

    ``taken_at`` is the moment before which everything committed is in the export. ``time_zone`` is that of the session which wrote it
    (None: UTC, which ``mysqldump --tab`` sets). ``form`` None: told by the first line of each file. ``catalog_order`` says that files
    which do not name their columns have those of the catalogue, in its order.

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
        """The zone in which TIMESTAMP columns are written, where it was named."""
        return None if self.time_zone is None else self._zone(self.time_zone)

    @staticmethod
    def _zone(name: str) -> tzinfo:
        try:
            return zone_named(name)
        except ValueError:
            msg = f"{name!r} is no time zone. Next: write one such as Europe/Kyiv, or +02:00."
            raise ConfigurationError(msg) from None
