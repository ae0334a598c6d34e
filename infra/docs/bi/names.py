"""Name clashes: Power BI ignores case."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from infra.docs.bi.captions import caption
from infra.docs.bi.figures import Figure
from infra.docs.bi.star import Table
from techmarket.errors import ConfigurationError


@dataclass(frozen=True)
class _Named:
    kind: str
    name: str
    table: str

    def clashes(self, other: "_Named") -> bool:
        """Measures are unique in the model, other names in their table."""
        if self.name.casefold() != other.name.casefold():
            return False
        if "measure" in {self.kind, other.kind}:
            return True
        return self.table == other.table and "table" not in {self.kind, other.kind}

    def __str__(self) -> str:
        return f"the {self.kind} {self.name!r}" + ("" if self.kind == "table" else f" of {self.table}")


def refuse_clashes(tables: Iterable[Table], figures: Iterable[Figure], hierarchies: Mapping[tuple[str, str], tuple[str, ...]]) -> None:
    """Refuse clashing names, which Power BI Desktop cannot open.

    Raises:
        ConfigurationError: names clash.
    """
    named = [*_named(tables), *(_Named("measure", f.name, f.table) for f in figures), *(_Named("hierarchy", n, t) for t, n in hierarchies)]
    clashes = [f"{one} and {other}" for one, other in combinations(named, 2) if one.clashes(other)]
    if clashes:
        msg = (
            f"Power BI ignores case and takes for one name: {'; '.join(clashes)}. "
            "Name them apart in infra/docs/bi: columns in captions.py, measures in figures.py, hierarchies in model.py"
        )
        raise ConfigurationError(msg)


def _named(tables: Iterable[Table]) -> Iterator[_Named]:
    for table in tables:
        yield _Named("table", table.name, table.name)
        for column in table.columns:
            yield _Named("column", caption(table.name, column.name), table.name)
