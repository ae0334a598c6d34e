"""Whether the order system runs on MySQL or MariaDB."""

from enum import StrEnum
from typing import Self


class Flavour(StrEnum):
    """The servers differ in names of settings and in fast statements."""

    MYSQL = "MySQL"
    MARIADB = "MariaDB"

    @classmethod
    def of(cls, version: str) -> Self:
        """From ``VERSION()``, such as ``10.11.6-MariaDB-log``."""
        return cls("MariaDB" if "mariadb" in version.lower() else "MySQL")
