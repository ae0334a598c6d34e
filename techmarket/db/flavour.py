"""Which of the two servers that speak MySQL's protocol the order system runs on."""

from enum import StrEnum
from typing import Self


class Flavour(StrEnum):
    """They name some settings differently, and each is fast where the other is slow."""

    MYSQL = "MySQL"
    MARIADB = "MariaDB"

    @classmethod
    def of(cls, version: str) -> Self:
        """The flavour of a server by what ``VERSION()`` says, such as ``10.11.6-MariaDB-log``."""
        return cls("MariaDB" if "mariadb" in version.lower() else "MySQL")
