"""MySQL's column types, and PostgreSQL's that lose nothing."""

from dataclasses import dataclass

_MYSQL_INTEGERS = {8: "tinyint", 16: "smallint", 32: "int", 64: "bigint"}


@dataclass(frozen=True, slots=True)
class Integer:
    """Of 8, 16, 32 or 64 bits."""

    bits: int = 64
    unsigned: bool = False

    def __post_init__(self) -> None:
        if self.bits not in _MYSQL_INTEGERS:
            msg = f"Integer bits must be one of {sorted(_MYSQL_INTEGERS)}, not {self.bits}"
            raise ValueError(msg)

    @property
    def mysql(self) -> str:
        """As in ``information_schema``, without display width."""
        return _MYSQL_INTEGERS[self.bits] + (" unsigned" if self.unsigned else "")

    @property
    def postgres(self) -> str:
        """The narrowest type that holds every value."""
        needed = self.bits + self.unsigned
        if needed <= 16:
            return "smallint"
        if needed <= 32:
            return "integer"
        return "bigint" if needed <= 64 else "numeric(20, 0)"


@dataclass(frozen=True, slots=True)
class Decimal:
    """An exact number."""

    precision: int
    scale: int

    @property
    def mysql(self) -> str:
        """As in ``information_schema``."""
        return f"decimal({self.precision},{self.scale})"

    @property
    def postgres(self) -> str:
        """The same precision and scale."""
        return f"numeric({self.precision}, {self.scale})"


@dataclass(frozen=True, slots=True)
class Text:
    """At most ``length`` characters."""

    length: int

    @property
    def mysql(self) -> str:
        """As in ``information_schema``."""
        return f"varchar({self.length})"

    @property
    def postgres(self) -> str:
        """Unbounded: a longer source column must not fail the load."""
        return "text"


@dataclass(frozen=True, slots=True)
class Timestamp:
    """An instant with microseconds, in UTC."""

    mysql: str = "timestamp(6)"
    postgres: str = "timestamp with time zone"


@dataclass(frozen=True, slots=True)
class LocalDatetime:
    """Wall-clock time in the business time zone."""

    mysql: str = "datetime"
    postgres: str = "timestamp without time zone"


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day."""

    mysql: str = "date"
    postgres: str = "date"


ColumnType = Integer | Decimal | Text | Timestamp | LocalDatetime | Date
