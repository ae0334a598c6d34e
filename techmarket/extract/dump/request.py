"""The user's statements about an export."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path

from techmarket.errors import ConfigurationError
from techmarket.extract.dump.time_zones import zone_named


class Form(StrEnum):
    """A backslash escapes in both."""

    TAB = "tab"
    """Separated by tabs, without quotes: MySQL's default."""
    CSV = "csv"
    """Separated by commas, text in double quotes."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What the files do not tell.

    It holds everything committed before ``taken_at``. ``time_zone`` is the exporting session's (None: UTC, as ``mysqldump --tab`` sets).
    ``form`` None: detected. ``catalog_order``: columns without names are in the catalogue's order.

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
