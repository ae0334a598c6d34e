import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_KEPT = 3
"""Default of TECHMARKET_EXTRACTS_KEPT."""
_NONE_OF = {
    "a batch that counts as running": "SELECT count(*) FROM dwh.load_batches WHERE status = 'running'",
    "a batch that ended without a time or a reason": (
        "SELECT count(*) FROM dwh.load_batches WHERE finished_at IS NULL OR (status <> 'released' AND error IS NULL)"
    ),
    "a load lock": "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'",
    "a session of the load left in a transaction": (
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'techmarket_etl' AND state LIKE 'idle in transaction%%'"
    ),
    "a temporary object": "SELECT count(*) FROM pg_class WHERE relpersistence = 't'",
}
_RELEASED_MARKS = """
SELECT count(*) FROM dwh.load_watermarks AS mark
LEFT JOIN dwh.load_batches AS batch ON mark.batch_id = batch.batch_id
WHERE
    mark.watermark IS NOT NULL
    AND (batch.status IS DISTINCT FROM 'released' OR mark.watermark > (SELECT max(horizon) FROM dwh.load_batches WHERE status = 'released'))
"""
_RELATIONS = """
SELECT relnamespace::regnamespace::text, relname FROM pg_class
WHERE relnamespace IN ('stg'::regnamespace, 'dwh'::regnamespace) AND relkind IN ('r', 'v', 'm', 'S', 'p')
"""
_NEWEST = "SELECT status, certificate FROM dwh.load_batches ORDER BY batch_id DESC LIMIT 1"
_DIMENSIONS = ("region", "category", "product", "customer", "employee")


class Invariants:
    """Remembers surrogate keys between checks."""

    def __init__(self, warehouse: sa.Engine, extracts: Path) -> None:
        self._warehouse = warehouse
        self._extracts = extracts
        self._keys: dict[tuple[str, int], int] = {}
        self._relations = self._rows(_RELATIONS)

    def assert_watermarks_have_their_data(self) -> None:
        """Each watermark comes from a committed release, at or below its safe horizon."""
        assert self._value(_RELEASED_MARKS) == 0

    def assert_hold(self) -> None:
        """After a good load: the certificate balances, nothing is open or left behind, members keep their keys."""
        self.assert_watermarks_have_their_data()
        status, certificate = self._newest()
        assert (status, certificate["balanced"]) == ("released", True)
        for what, count in _NONE_OF.items():
            assert self._value(count) == 0, what
        assert self._rows(_RELATIONS) == self._relations
        self._assert_keys_kept()
        self._assert_extracts_whole()

    def assert_nothing_was_changed(self) -> None:
        _, certificate = self._newest()
        assert [count for count in certificate["tables"] if count["merged"] or count["removed"]] == []

    def _assert_keys_kept(self) -> None:
        members = {
            name: self._rows(f"SELECT {name}_id, {name}_key FROM dwh.dim_{name} WHERE {name}_id IS NOT NULL") for name in _DIMENSIONS
        }
        found = {(name, member): key for name, rows in members.items() for member, key in rows}
        assert self._keys.items() <= found.items()
        self._keys = found

    def _assert_extracts_whole(self) -> None:
        """Sealed extracts hold exactly their manifests' files, at most the set number."""
        sealed = [path.parent for path in self._extracts.glob("*/manifest.json")]
        assert len(sealed) <= _KEPT
        for directory in sealed:
            parts = json.loads((directory / "manifest.json").read_text())["parts"]
            assert {path.name for path in directory.iterdir()} == {"manifest.json", *(part["file"] for part in parts)}

    def releases(self) -> int:
        count: int = self._value("SELECT count(*) FROM dwh.load_batches WHERE status = 'released'")
        return count

    def unsealed_extracts(self) -> list[Path]:
        """Allowed for a day after a kill."""
        return [path for path in self._extracts.glob("*/") if not (path / "manifest.json").exists()]

    def _newest(self) -> tuple[str, Any]:
        ((status, certificate),) = self._rows(_NEWEST, tuple)
        return status, certificate

    def _value(self, query: str) -> Any:
        ((value,),) = self._rows(query, tuple)
        return value

    def _rows(self, query: str, into: Callable[[Iterable[Any]], Any] = set) -> Any:
        with self._warehouse.connect() as connection:
            return into(tuple(row) for row in connection.exec_driver_sql(query))
