"""Types of source columns: how MySQL declares them and what holds them in PostgreSQL without loss."""

from dataclasses import dataclass

_MYSQL_INTEGERS = {8: "tinyint", 16: "smallint", 32: "int", 64: "bigint"}


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number of 8, 16, 32 or 64 bits."""

    bits: int = 64
    unsigned: bool = False

    def __post_init__(self) -> None:
        if self.bits not in _MYSQL_INTEGERS:
            msg = f"Integer bits must be one of {sorted(_MYSQL_INTEGERS)}, not {self.bits}"
            raise ValueError(msg)

    @property
    def mysql(self) -> str:
        """The declaration in ``information_schema.columns.column_type``, without display width."""
        return _MYSQL_INTEGERS[self.bits] + (" unsigned" if self.unsigned else "")

    @property
    def postgres(self) -> str:
        """The narrowest PostgreSQL type that holds every value; unsigned 64-bit needs numeric."""
        needed = self.bits + self.unsigned
        if needed <= 16:
            return "smallint"
        if needed <= 32:
            return "integer"
        return "bigint" if needed <= 64 else "numeric(20, 0)"


@dataclass(frozen=True, slots=True)
class Decimal:
    """An exact number; money is always one."""

    precision: int
    scale: int

    @property
    def mysql(self) -> str:
        """The declaration in ``information_schema.columns.column_type``."""
        return f"decimal({self.precision},{self.scale})"

    @property
    def postgres(self) -> str:
        """The same precision and scale."""
        return f"numeric({self.precision}, {self.scale})"


@dataclass(frozen=True, slots=True)
class Text:
    """Characters, at most ``length`` of them."""

    length: int

    @property
    def mysql(self) -> str:
        """The declaration in ``information_schema.columns.column_type``."""
        return f"varchar({self.length})"

    @property
    def postgres(self) -> str:
        """Unbounded text: a source column that grows must not fail the load."""
        return "text"


@dataclass(frozen=True, slots=True)
class Timestamp:
    """An instant with microseconds: MySQL keeps it in UTC, PostgreSQL as timestamptz."""

    mysql: str = "timestamp(6)"
    postgres: str = "timestamp with time zone"


@dataclass(frozen=True, slots=True)
class LocalDatetime:
    """Wall-clock time in the business time zone, without a zone of its own."""

    mysql: str = "datetime"
    postgres: str = "timestamp without time zone"


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day."""

    mysql: str = "date"
    postgres: str = "date"


ColumnType = Integer | Decimal | Text | Timestamp | LocalDatetime | Date
