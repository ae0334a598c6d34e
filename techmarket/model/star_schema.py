"""The parts of a star schema."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from techmarket.errors import ConfigurationError
from techmarket.model.catalog import Catalog, Reading
from techmarket.model.catalog import Column as SourceColumn
from techmarket.model.column_types import Date, LocalDatetime, Timestamp

ORDERS = "orders"
"""Source table of the order headers. Every row of a fact belongs to an order."""
ORDER_KEY = "order_id"
CALENDAR = "dim_date"
DAY_KEY = "date_key"
MONTH = "year_month"

_NAMED_COLUMN = re.compile(r"\b([a-z_]\w*)\.([a-z_]\w*)\b")


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column with the source's value."""

    name: str
    source: str | None = None
    """As ``orders.status``; None: the same name in the table's own source."""


@dataclass(frozen=True, slots=True)
class Member:
    """The key of a dimension's member; 0 if the source names none."""

    dimension: str
    source: str

    @property
    def name(self) -> str:
        """The same in every table."""
        return _surrogate_key(self.dimension)


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day, ``date_key``."""

    source: str
    name: str = field(default=DAY_KEY, init=False)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that the certificate sums."""

    name: str
    expression: str
    """SQL for both servers. A measure that names the fact itself is not compared with the source."""

    @property
    def named_columns(self) -> tuple[tuple[str, str], ...]:
        """Table and column, once each."""
        return tuple(dict.fromkeys(_NAMED_COLUMN.findall(self.expression)))


@dataclass(frozen=True, slots=True)
class Computed:
    """A column that the release computes, outside certificate and comparison."""

    name: str
    comes_from: str
    inferred: str | None = None
    """SQL of its value for an inferred member, if NULL is not allowed."""


Column = Attribute | Member | Day | Measure | Computed


@dataclass(frozen=True, slots=True)
class Dimension:
    """One row a source row, and the unknown member under key 0.

    Its release merges (by hand), infers members if other tables name them, and marks the deleted.
    """

    name: str
    source: str
    columns: tuple[Column, ...]
    labels: tuple[str, ...] = ("name",)
    """Columns that name the member to people. Those of an inferred member hold its key."""
    further_steps: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The surrogate key."""
        return _surrogate_key(self.name)


@dataclass(frozen=True, slots=True)
class Fact:
    """The rows of a source table that is read with its orders, under the source's key.

    Steps of its release: ``remove``, then ``merge`` (by hand).
    """

    name: str
    source: str
    rows: str
    columns: tuple[Column, ...]
    only_recognised: bool = False
    """Whether it has only rows of orders that are sales."""
    holds_order: bool = False
    """Whether a rejected row holds its order, which would otherwise be released in part."""
    by_hand: tuple[str, ...] = ()
    """``remove`` if it does more than the rendered step; ``fill`` to fill an empty fact without comparing."""
    first_steps: tuple[str, ...] = ()
    further_steps: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The columns that the certificate sums."""
        return tuple(column for column in self.columns if isinstance(column, Measure))

    @property
    def days(self) -> tuple[Day, ...]:
        """The columns with a row's day."""
        return tuple(column for column in self.columns if isinstance(column, Day))


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Sums and counts of a fact, or of a finer aggregate, by cell. Its ``refresh.sql`` is by hand up to the full join."""

    name: str
    of: str
    grain: tuple[str, ...]
    sums: tuple[str, ...]
    """Columns of ``of``, summed under the same names."""
    touched: str
    """The touched cells, or rows of cells: a query of ``certificate/aggregates.sql`` or a table of ``stg``."""
    touched_by: tuple[str, ...]
    narrowed_by: tuple[str, ...] = ()
    """Columns by which ``stg.touched_categories`` narrows ``touched``, unless a load touches everything."""
    counts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What is counted, by name, for the data dictionary."""
    controls: tuple[str, ...] = ()
    """Columns whose sums the certificate compares."""
    checked_with: str | None = None
    """If not with ``of``."""

    @property
    def measures(self) -> tuple[str, ...]:
        """All columns besides the grain."""
        return (*self.sums, *self.counts)

    @property
    def control(self) -> str:
        """The fact or aggregate that the certificate compares it with."""
        return self.checked_with or self.of


@dataclass(frozen=True, slots=True)
class Star:
    """The declared tables in the order of release."""

    catalog: Catalog
    dimensions: tuple[Dimension, ...]
    facts: tuple[Fact, ...]
    aggregates: tuple[Aggregate, ...] = ()

    def __post_init__(self) -> None:
        problems = [f"{name}: {problem}" for name, problem in _Check(self).problems()]
        if problems:
            msg = f"The star is declared wrong: {'; '.join(problems)}. Correct techmarket/model/star.py."
            raise ConfigurationError(msg)

    @property
    def sourced(self) -> tuple[Dimension | Fact, ...]:
        """Those with rows from a source table."""
        return (*self.dimensions, *self.facts)

    @property
    def tables(self) -> tuple[Dimension | Fact | Aggregate, ...]:
        """All tables."""
        return (*self.sourced, *self.aggregates)

    def dimension_of(self, source: str) -> Dimension | None:
        """The dimension whose members are a source table's rows."""
        return next((dimension for dimension in self.dimensions if dimension.source == source), None)

    def source_key(self, table: Dimension | Fact) -> str:
        """The same name in source and table."""
        return self.catalog[table.source].key

    def source_column(self, table: Dimension | Fact, column: Attribute | Member | Day) -> tuple[str, SourceColumn]:
        """Source table and column of a column's value."""
        source, _, name = (column.source or f"{table.source}.{column.name}").partition(".")
        return source, self.catalog[source][name]

    def naming_columns(self, dimension: Dimension) -> tuple[tuple[str, str], ...]:
        """Source columns, with tables, that name the dimension's rows."""
        sources = {ORDERS, *(table.source for table in self.sourced)}
        return tuple(
            (table.name, column)
            for table in self.catalog.values()
            if table.name in sources
            for column, named in table.references.items()
            if named == dimension.source
        )

    def holding_sources(self) -> tuple[str, ...]:
        """Source tables whose rejected rows hold their order."""
        return (ORDERS, *(fact.source for fact in self.facts if fact.holds_order))

    def compared(self) -> tuple[Dimension | Fact, ...]:
        """Tables of which a routine load reads only changes, so that it would miss a loss."""
        partly_read = tuple(table for table in self.dimensions if self.catalog[table.source].reading is not Reading.WHOLE)
        return (*partly_read, *self.facts)

    def fact_below(self, aggregate: Aggregate) -> Fact:
        """The fact from which an aggregate is computed, also by way of another."""
        finer = next((other for other in self.aggregates if other.name == aggregate.of), None)
        return self.fact_below(finer) if finer else next(fact for fact in self.facts if fact.name == aggregate.of)

    def columns_of(self, table: Dimension | Fact | Aggregate) -> tuple[str, ...]:
        """All columns of the table in ``dwh``."""
        if isinstance(table, Aggregate):
            return (*table.grain, *table.measures)
        declared = tuple(column.name for column in table.columns)
        if isinstance(table, Dimension):
            return (table.key, self.source_key(table), *declared, "is_inferred", "is_deleted", "batch_id")
        return (self.source_key(table), ORDER_KEY, *declared, "batch_id")


def _surrogate_key(dimension: str) -> str:
    return f"{dimension.removeprefix('dim_')}_key"


class _Check:
    def __init__(self, star: Star) -> None:
        self._star = star
        self._catalog = star.catalog
        self._dimensions = {dimension.name: dimension for dimension in star.dimensions}

    def problems(self) -> Iterator[tuple[str, str]]:
        for declared in self._star.tables:
            yield from ((declared.name, problem) for problem in self._name(declared))
        unknown = [table for table in self._star.sourced if table.source not in self._catalog]
        yield from ((table.name, f"source {table.source!r} is not in the catalogue") for table in unknown)
        if unknown:  # the other checks would look it up
            return
        for table in self._star.sourced:
            yield from ((table.name, problem) for problem in self._columns(table))
        for dimension in self._star.dimensions:
            yield from ((dimension.name, problem) for problem in self._dimension(dimension))
        for fact in self._star.facts:
            yield from ((fact.name, problem) for problem in self._fact(fact))
        baseless = [(aggregate.name, problem) for aggregate in self._star.aggregates for problem in self._base(aggregate)]
        yield from baseless
        if not baseless:
            for aggregate in self._star.aggregates:
                yield from ((aggregate.name, problem) for problem in self._aggregate(aggregate))

    def _name(self, table: Dimension | Fact | Aggregate) -> Iterator[str]:
        prefix = {Dimension: "dim_", Fact: "fact_", Aggregate: "agg_"}[type(table)]
        if not re.fullmatch(rf"{prefix}[a-z0-9_]+", table.name):
            yield f"the name must be {prefix} and small letters, digits or underscores"
        if [declared.name for declared in self._star.tables].count(table.name) > 1:
            yield "is declared twice"

    def _columns(self, table: Dimension | Fact) -> Iterator[str]:
        names = self._star.columns_of(table)
        yield from (f"column {name!r} is declared twice" for name in _repeated(names))
        for column in table.columns:
            if isinstance(column, Measure):
                yield from self._measure(table, column, names)
            elif not isinstance(column, Computed):
                yield from self._source_column(table, column)

    def _source_column(self, table: Dimension | Fact, column: Attribute | Member | Day) -> Iterator[str]:
        source, _, name = (column.source or f"{table.source}.{column.name}").partition(".")
        if problem := self._unknown(table, source, name):
            yield problem
            return
        kind = self._catalog[source][name].type
        if isinstance(column, Attribute) and isinstance(kind, Timestamp):
            yield f"column {column.name!r}: an instant cannot be compared with the source"
        if isinstance(column, Day) and not isinstance(kind, Date | LocalDatetime):
            yield f"the day is taken of {column.source}, which is no date"
        if isinstance(column, Member):
            yield from self._member(table, column, self._catalog[source].references.get(name))

    def _member(self, table: Dimension | Fact, column: Member, named: str | None) -> Iterator[str]:
        dimension = self._dimensions.get(column.dimension)
        if dimension is None:
            yield f"member of {column.dimension!r}, which is not declared"
        elif named != dimension.source:
            yield f"{column.source} does not name a row of {dimension.source} by the catalogue, so no member of {dimension.name}"
        elif isinstance(table, Dimension) and self._star.dimensions.index(dimension) >= self._star.dimensions.index(table):
            yield f"has members of {dimension.name}, which must be declared before it"

    def _measure(self, table: Dimension | Fact, measure: Measure, names: Collection[str]) -> Iterator[str]:
        if isinstance(table, Dimension):
            yield f"column {measure.name!r}: a dimension has no measures"
        for source, name in measure.named_columns:
            if source == table.name:
                if name not in names:
                    yield f"measure {measure.name!r} names {source}.{name}, which is not declared"
            elif problem := self._unknown(table, source, name):
                yield problem

    def _unknown(self, table: Dimension | Fact, source: str, name: str) -> str | None:
        within = (table.source,) if isinstance(table, Dimension) else (table.source, ORDERS)
        if source not in within:
            return f"{source}.{name} is a column of neither of its sources, {' and '.join(within)}"
        return None if name in self._catalog[source].column_names else f"{source}.{name} is not a column of the catalogue"

    def _dimension(self, dimension: Dimension) -> Iterator[str]:
        declared = [column.name for column in dimension.columns if not isinstance(column, Member)]
        yield from (f"label {name!r} is not a column" for name in dimension.labels if name not in declared)
        if not dimension.labels:
            yield "no label: nobody could tell an inferred member"
        if self._catalog[dimension.source].reading is Reading.WITH_ORDER:
            yield f"the rows of {dimension.source} belong to orders: they can be a fact"
        if sum(other.source == dimension.source for other in self._star.dimensions) > 1:
            yield f"{dimension.source} is the source of another dimension too"

    def _fact(self, fact: Fact) -> Iterator[str]:
        source = self._catalog[fact.source]
        if source.reading is not Reading.WITH_ORDER or source.references.get(ORDER_KEY) != ORDERS:
            yield f"{fact.source} is not read with its orders, which are the unit of change"
        if sum(other.source == fact.source for other in self._star.facts) > 1:
            yield f"{fact.source} is the source of another fact too"
        if fact.rows in self._star.columns_of(fact):
            yield f"its rows are counted as {fact.rows!r}, which is a column"
        yield from (f"step {step!r} is always rendered or by hand" for step in fact.by_hand if step not in {"remove", "fill"})

    def _base(self, aggregate: Aggregate) -> Iterator[str]:
        earlier = {fact.name for fact in self._star.facts}
        earlier |= {other.name for other in self._star.aggregates[: self._star.aggregates.index(aggregate)]}
        for name in dict.fromkeys((aggregate.of, aggregate.control)):
            if name not in earlier:
                yield f"is computed from or checked with {name!r}, no fact and no aggregate declared before it"

    def _aggregate(self, aggregate: Aggregate) -> Iterator[str]:
        available = self._star.columns_of(next(table for table in self._star.tables if table.name == aggregate.of))
        yield from (f"{name!r} is not a column of {aggregate.of}" for name in aggregate.sums if name not in available)
        yield from (f"grain {name!r} is neither of {aggregate.of} nor of its members" for name in self._unknown_grain(aggregate, available))
        yield from (
            f"{name!r} is not in its grain" for name in (*aggregate.touched_by, *aggregate.narrowed_by) if name not in aggregate.grain
        )
        yield from (f"control {name!r} is not one of its columns" for name in aggregate.controls if name not in aggregate.measures)
        rows = self._star.fact_below(aggregate).rows
        if rows not in aggregate.measures:
            yield f"{rows!r} is not counted: an emptied cell could not be told"
        yield from (f"column {name!r} is declared twice" for name in _repeated(self._star.columns_of(aggregate)))

    def _unknown_grain(self, aggregate: Aggregate, available: Collection[str]) -> list[str]:
        """A cell is named by columns of what it sums, by a member's own members, or by the day's month."""
        members = [self._dimensions[name] for name in self._dimensions if _surrogate_key(name) in available]
        of_members = {column.name for dimension in members for column in dimension.columns}
        months = {MONTH} if DAY_KEY in available else set()
        return [name for name in aggregate.grain if name not in {*available, *of_members, *months}]


def _repeated(names: Iterable[str]) -> list[str]:
    seen = list(names)
    return sorted({name for name in seen if seen.count(name) > 1})
