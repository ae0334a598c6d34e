import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from flows.backfill_warehouse import BackfillOptions
from flows.import_export import ExportOptions
from flows.load_warehouse import LoadOptions
from flows.reconcile_warehouse import ReconcileOptions
from techmarket.errors import ConfigurationError, IntegrityError
from techmarket.extract.sealed import Manifest, Part, SealedExtract, TableRead, open_sealed, seal
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Extent, Mode

SAME_FOLDER = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SINCE_NOON = TableRead(Extent.CHANGES, NOON)
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["../../etc/passwd", "orders.0001.copy", "orders", "\0"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.sampled_from(["orders", "table", "file"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    (tmp_path / "orders.0001.copy").write_text("1\n")
    manifest = Manifest(
        extract_id="20261122T120000Z-1a2b3c",
        mode=Mode.FULL,
        source_version="10.11",
        snapshot_at=NOON,
        horizon=NOON,
        reads=dict.fromkeys(CATALOG, SINCE_NOON),
        requested_keys={"orders": [1]},
        nul_bytes={},
        catalog=CATALOG.fingerprint,
        parts=(Part("orders", "orders.0001.copy", 1, 2, "4355a46b19d3"),),
    )
    return seal(tmp_path, manifest).directory


def test_a_manifest_of_many_parts_is_not_added_up_part_by_part(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Adding up for each part would take minutes for very large extracts."""
    count_rows, counted = Manifest.rows, []
    monkeypatch.setattr(Manifest, "rows", lambda manifest, table: counted.append(table) or count_rows(manifest, table))
    manifest = open_sealed(sealed, CATALOG).manifest
    seal(sealed, dataclasses.replace(manifest, parts=manifest.parts * 1_000))
    open_sealed(sealed, CATALOG)
    assert len(counted) <= 2 * len(CATALOG)


def test_a_manifest_is_read_as_it_was_written(sealed: Path) -> None:
    manifest = open_sealed(sealed, CATALOG).manifest
    assert (manifest.parts, manifest.reads["orders"]) == ((Part("orders", "orders.0001.copy", 1, 2, "4355a46b19d3"),), SINCE_NOON)


@given(content=st.binary() | ANY_JSON.map(lambda value: json.dumps(value).encode()))
@SAME_FOLDER
def test_a_manifest_that_is_none_is_damaged(sealed: Path, content: bytes) -> None:
    (sealed / "manifest.json").write_bytes(content)
    with pytest.raises(IntegrityError, match=r"manifest.json is damaged, or another version wrote it .*Next: "):
        open_sealed(sealed, CATALOG)


def opened_if_not_refused(sealed: Path, forge: Callable[[dict[str, Any]], dict[str, Any]]) -> SealedExtract | None:
    """The extract with a forged manifest, restored afterwards."""
    file = sealed / "manifest.json"
    whole = file.read_text()
    file.write_text(json.dumps(forge(json.loads(whole))))
    try:
        return open_sealed(sealed, CATALOG)
    except IntegrityError:
        return None
    finally:
        file.write_text(whole)


@given(field=st.sampled_from([field.name for field in dataclasses.fields(Manifest)]), forged=ANY_JSON)
@SAME_FOLDER
def test_a_forged_field_is_refused_or_leads_nowhere_else(sealed: Path, field: str, forged: object) -> None:
    if extract := opened_if_not_refused(sealed, lambda whole: whole | {field: forged}):
        assert extract.manifest.horizon.tzinfo
        for part in extract.manifest.parts:
            assert extract.path(part).parent == sealed
            assert part.table in extract.manifest.tables


@given(field=st.sampled_from([field.name for field in dataclasses.fields(Part)]), forged=ANY_JSON)
@SAME_FOLDER
def test_a_forged_part_is_refused_or_lies_where_the_others_do(sealed: Path, field: str, forged: object) -> None:
    if extract := opened_if_not_refused(sealed, lambda whole: whole | {"parts": [whole["parts"][0] | {field: forged}]}):
        (part,) = extract.manifest.parts
        assert (extract.path(part), part.rows >= 0) == (sealed / "orders.0001.copy", True)


def test_a_manifest_nested_beyond_reason_is_damaged(sealed: Path) -> None:
    (sealed / "manifest.json").write_text("[" * 100_000)
    with pytest.raises(IntegrityError, match=r"manifest.json is damaged"):
        open_sealed(sealed, CATALOG)


@pytest.mark.parametrize("options", [LoadOptions, BackfillOptions, ReconcileOptions, ExportOptions])
@given(data=st.data())
def test_parameters_of_a_run_are_taken_or_refused_before_it_begins(options: type[BaseModel], data: st.DataObject) -> None:
    names = st.sampled_from([*options.model_fields, "another"])
    given_: dict[str, Any] = data.draw(st.dictionaries(names, ANY_JSON | st.dates().map(date.isoformat), max_size=4))
    try:
        taken = options.model_validate(given_)
    except (ValidationError, ConfigurationError):
        return
    assert set(given_) <= set(options.model_fields)
    assert options.model_validate(taken.model_dump()) == taken
