"""Whether the order system runs on MySQL or MariaDB."""

from enum import StrEnum
from typing import Self


class Flavour(StrEnum):
    """The two servers name some settings differently, and each is fast where the other is slow."""

    MYSQL = "MySQL"
    MARIADB = "MariaDB"

    @classmethod
    def of(cls, version: str) -> Self:
        """The flavour of a server from ``VERSION()``, such as ``10.11.6-MariaDB-log``."""
        return cls("MariaDB" if "mariadb" in version.lower() else "MySQL")
