import hashlib
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path
from weakref import ref

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from expectations import RULES
from infra.local.servers import private_servers
from techmarket.db.engines import Databases, warehouse_engine
from techmarket.db.sql import read_sql
from techmarket.errors import ConcurrentRunError, IntegrityError, TransientError
from techmarket.extract.live import ExtractRequest, extract
from techmarket.extract.sealed import FORMAT, Part, SealedExtract, new_extract_id, open_sealed, remove_old, seal
from techmarket.ledger.batches import open_batch
from techmarket.load.load import load
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.project import LoadRequest, Project
from techmarket.settings import Settings
from techmarket.setup.bootstrap import bootstrap_warehouse
from techmarket.staging.stage import Parts, empty_staging, missing_parts, stage, stage_part, staging_stream
from tests.support.progress import Counting
from tests.support.queries import run
from tests.support.servers.own_servers import kill, own_purpose
from tests.support.shop.small_shop import open_shop
from tests.support.waiting import wait_until
from tests.support.warehouse.warehouse_reading import sessions_that_wait_for_a_lock, somebody_waits_for_a_lock

_HELD = 20_261_129
"""Advisory lock that makes COPY wait."""
_WAIT_FOR_TEST = f"""
CREATE FUNCTION stg.wait_for_test() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_xact_lock_shared({_HELD}); RETURN NULL; END'
"""
_WAITS = "CREATE TRIGGER waits BEFORE INSERT ON stg.{table} FOR EACH STATEMENT EXECUTE FUNCTION stg.wait_for_test()"
ALL = {"regions": 1, "customers": 2, "employees": 1, "categories": 2, "products": 1, "orders": 3, "order_items": 6, "payments": 3}


@pytest.fixture
def sealed(source_admin: sa.Engine, source: sa.Engine, settings: Settings) -> SealedExtract:
    """The small shop, one part per table."""
    open_shop(source_admin)
    return extract(source, ExtractRequest(Mode.FULL, {}, {}), extract_id=new_extract_id(), project=Project(CATALOG, (), settings))


@pytest.fixture
def batch_id(warehouse: sa.Engine) -> int:
    return open_batch(warehouse, Mode.FULL, requested_by="test").batch_id


def staged(warehouse: sa.Engine) -> dict[str, int]:
    with warehouse.connect() as connection:
        return {table: connection.exec_driver_sql(f"SELECT count(*) FROM stg.{table}").scalar_one() for table in CATALOG}


def head_start(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> AbstractContextManager[Parts]:
    extract_id = sealed.manifest.extract_id
    return staging_stream(warehouse, batch_id=batch_id, extract_id=extract_id, directory=sealed.directory, catalog=CATALOG)


def part_of(sealed: SealedExtract, table: str) -> Path:
    return next(sealed.path(part) for part in sealed.manifest.parts if part.table == table)


def test_staging_holds_the_extract_and_replaces_what_was_there(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    run(
        warehouse,
        "INSERT INTO stg.regions (region_id) VALUES (99)",
        "INSERT INTO stg.batch_rejects VALUES ('regions', '99', 'r', NULL, '{}')",
    )
    assert stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG) == staged(warehouse) == ALL
    with warehouse.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM stg.batch_rejects").scalar_one() == 0


def test_staging_starts_afresh_after_a_bootstrap(
    warehouse: sa.Engine, dwh_database: URL, settings: Settings, sealed: SealedExtract, batch_id: int
) -> None:
    stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG)
    bootstrap_warehouse(warehouse_engine(dwh_database, settings), catalog=CATALOG, today=date(2026, 11, 22))
    assert stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG) == staged(warehouse) == ALL


def test_rows_lost_since_they_were_staged_are_missed(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG)
    run(warehouse, "DELETE FROM stg.regions")
    with pytest.raises(IntegrityError, match="regions 0 against"):
        stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG)


def test_staging_again_copies_nothing_again(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG)
    for part in sealed.manifest.parts:
        sealed.path(part).write_bytes(b"")  # reading it again would be noticed
    assert stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG) == staged(warehouse) == ALL


def test_an_extract_that_fails_leaves_nothing_on_the_disk(
    source_admin: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings, batch_id: int
) -> None:
    open_shop(source_admin)

    def drop_a_column(table: str, _rows: int, _of: int) -> None:
        if table == "regions":
            run(source_admin, "ALTER TABLE payments DROP COLUMN method")

    extract_id = new_extract_id()
    directory = settings.extract_dir / extract_id
    with (
        staging_stream(warehouse, batch_id=batch_id, extract_id=extract_id, directory=directory, catalog=CATALOG) as parts,
        pytest.raises(TransientError),  # the next attempt looks at the schema again, and says what is missing
    ):
        extract(
            source, ExtractRequest(Mode.FULL, {}, {}),
            extract_id=extract_id, project=Project(CATALOG, (), settings), on_part=parts.put, progress=Counting(drop_a_column),
        )  # fmt: skip
    assert not directory.exists()


def test_a_load_copies_over_as_many_connections_as_the_settings_say(
    source_admin: sa.Engine, source: sa.Engine, warehouse: sa.Engine, settings: Settings
) -> None:
    open_shop(source_admin)
    run(warehouse, _WAIT_FOR_TEST, *(_WAITS.format(table=table) for table in CATALOG))
    three = settings.model_copy(update={"staging_connections": 3})
    with warehouse.connect() as holder, ThreadPoolExecutor(1) as pool:
        holder.execute(sa.select(sa.func.pg_advisory_xact_lock(_HELD)))
        loading = pool.submit(load, Databases(source, warehouse), Project(CATALOG, RULES, three), LoadRequest(Mode.FULL))
        wait_until(lambda: sessions_that_wait_for_a_lock(warehouse) == 3, seconds=20)  # before lock_timeout, which restarts staging
        holder.rollback()
        assert loading.result().manifest.tables == ALL


def test_staging_resumes_after_a_failure_with_the_parts_that_are_missing(
    warehouse: sa.Engine, sealed: SealedExtract, batch_id: int
) -> None:
    whole = part_of(sealed, "orders").read_bytes()
    part_of(sealed, "orders").write_bytes(whole.replace(b"paid", b"PAID"))
    with pytest.raises(IntegrityError, match=r"orders.0001.copy does not hold what its manifest says.* Next: "):
        stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG)
    assert staged(warehouse)["orders"] == 0
    part_of(sealed, "orders").write_bytes(whole)
    part_of(sealed, "regions").write_bytes(b"")  # its receipt is there: it must not be read again
    assert stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG) == staged(warehouse) == ALL


def test_a_swapped_part_is_refused(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    part_of(sealed, "orders").write_bytes(b"".join(reversed(part_of(sealed, "orders").read_bytes().splitlines(keepends=True))))
    with pytest.raises(IntegrityError, match="SHA-256"):
        stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG)


def test_parts_are_staged_while_the_extract_goes_on_and_not_again_afterwards(
    warehouse: sa.Engine, sealed: SealedExtract, batch_id: int
) -> None:
    with head_start(warehouse, sealed, batch_id) as parts:
        for part in sealed.manifest.parts:
            parts.put(part)
    assert staged(warehouse) == ALL
    for part in sealed.manifest.parts:
        sealed.path(part).write_bytes(b"")
    assert stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG) == ALL


def test_a_part_whose_text_is_in_memory_is_not_read_from_its_file(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    part = next(part for part in sealed.manifest.parts if part.table == "orders")
    lines = sealed.path(part).read_bytes().splitlines(keepends=True)
    sealed.path(part).unlink()
    with head_start(warehouse, sealed, batch_id) as parts:
        parts.put(part, lines)
    assert staged(warehouse)["orders"] == ALL["orders"]


class _Text(list[bytes]):
    """Reports when it is freed."""


def test_no_more_texts_are_kept_than_can_be_copied_soon(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    run(warehouse, _WAIT_FOR_TEST, *(_WAITS.format(table=table) for table in CATALOG))
    texts: list[ref[_Text]] = []
    with warehouse.connect() as holder, head_start(warehouse, sealed, batch_id) as parts:
        holder.execute(sa.select(sa.func.pg_advisory_xact_lock(_HELD)))
        for part in sealed.manifest.parts:
            text = _Text([sealed.path(part).read_bytes()])
            texts.append(ref(text))
            parts.put(part, text)
            del text
            if len(texts) == 2:
                wait_until(lambda: sessions_that_wait_for_a_lock(warehouse) == 2, seconds=20)
        assert [text() is not None for text in texts] == [True] * (2 + 2) + [False] * 4  # being copied, next in turn, and left to the files
        holder.rollback()
    assert staged(warehouse) == ALL


def test_however_many_parts_there_are_each_connection_is_opened_once(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    opened: list[object] = []
    sa.event.listen(warehouse, "connect", lambda connection, _: opened.append(connection))
    with head_start(warehouse, sealed, batch_id) as parts:
        for part in sealed.manifest.parts:
            parts.put(part)
    assert staged(warehouse) == ALL
    assert len(opened) == 1 + 2 + 1  # to empty staging, to copy, and to count here


@pytest.mark.parametrize(
    "spoilt", [lambda part: replace(part, sha256="0" * 64), lambda part: replace(part, file="gone.copy")], ids=["edited", "gone"]
)
def test_a_head_start_that_fails_is_made_up_for(
    warehouse: sa.Engine, sealed: SealedExtract, batch_id: int, caplog: pytest.LogCaptureFixture, spoilt: Callable[[Part], Part]
) -> None:
    first, second, third = sealed.manifest.parts[:3]
    with head_start(warehouse, sealed, batch_id) as parts:
        parts.put(first)
        parts.put(spoilt(second))
        parts.put(third)
    assert staged(warehouse)[first.table] == ALL[first.table]
    assert staged(warehouse)[second.table] == 0
    assert "staging stopped, to be resumed when the extract is sealed" in caplog.text
    assert stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG) == staged(warehouse) == ALL


def stage_one(warehouse: sa.Engine, sealed: SealedExtract, part: Part, batch_id: int) -> None:
    stage_part(
        warehouse, part, batch_id=batch_id, extract_id=sealed.manifest.extract_id, directory=sealed.directory, catalog=CATALOG
    )  # fmt: skip


def test_a_part_that_several_stage_at_once_is_staged_once(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    (part,) = (part for part in missing_parts(warehouse, sealed, batch_id=batch_id, catalog=CATALOG) if part.table == "orders")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: stage_one(warehouse, sealed, part, batch_id), range(8)))
    assert staged(warehouse)["orders"] == ALL["orders"]
    assert part not in missing_parts(warehouse, sealed, batch_id=batch_id, catalog=CATALOG)


def test_who_waits_for_a_part_stages_it_when_the_other_fails(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    part = missing_parts(warehouse, sealed, batch_id=batch_id, catalog=CATALOG)[0]
    receipt = {"extract_id": sealed.manifest.extract_id, "table_name": part.table, "part": part.file, "row_count": part.rows}
    with warehouse.connect() as other, ThreadPoolExecutor(1) as pool:
        other.execute(sa.text(read_sql("postgres/staging/write_receipt.sql")), receipt)
        waiting = pool.submit(stage_one, warehouse, sealed, part, batch_id)
        wait_until(lambda: somebody_waits_for_a_lock(warehouse))
        other.rollback()
        waiting.result()
    assert staged(warehouse)[part.table] == part.rows


def test_a_part_of_an_extract_that_another_has_replaced_is_left_alone(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    part = missing_parts(warehouse, sealed, batch_id=batch_id, catalog=CATALOG)[0]
    empty_staging(warehouse, batch_id=batch_id, extract_id=new_extract_id(), catalog=CATALOG)
    stage_one(warehouse, sealed, part, batch_id)
    assert set(staged(warehouse).values()) == {0}


def test_a_part_that_this_machine_does_not_see_asks_for_shared_storage(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    with pytest.raises(TransientError, match="TECHMARKET_EXTRACT_DIR be storage that all of them share"):
        stage_one(warehouse, sealed, replace(sealed.manifest.parts[0], file="elsewhere.0001.copy"), batch_id)


def test_a_batch_that_another_load_took_over_from_cannot_write(warehouse: sa.Engine, sealed: SealedExtract, batch_id: int) -> None:
    open_batch(warehouse, Mode.FULL, requested_by="another load")
    with pytest.raises(ConcurrentRunError, match=rf"Batch {batch_id} is abandoned, not running: .* Next: start a new load"):
        stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG)
    assert set(staged(warehouse).values()) == {0}


def test_a_key_that_stands_twice_is_left_to_the_gate(
    warehouse: sa.Engine, sealed: SealedExtract, batch_id: int, caplog: pytest.LogCaptureFixture
) -> None:
    text = part_of(sealed, "regions").read_bytes() * 2
    part_of(sealed, "regions").write_bytes(text)
    parts = tuple(
        replace(part, rows=2, bytes=len(text), sha256=hashlib.sha256(text).hexdigest()) if part.table == "regions" else part
        for part in sealed.manifest.parts
    )
    doubled = seal(sealed.directory, replace(sealed.manifest, parts=parts))
    assert stage(warehouse, doubled, batch_id=batch_id, catalog=CATALOG)["regions"] == 2
    assert "table=regions holds a key twice" in caplog.text


def test_staging_starts_afresh_when_the_server_crashed(sealed: SealedExtract, settings: Settings) -> None:
    with own_purpose() as purpose:
        _, server = private_servers(purpose, durable=False)
        warehouse = warehouse_engine(server.ensure(), settings)
        bootstrap_warehouse(warehouse, catalog=CATALOG, today=date(2026, 11, 22))
        batch_id = open_batch(warehouse, Mode.FULL, requested_by="test").batch_id
        run(warehouse, "CHECKPOINT")
        stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG)
        kill(server)
        server.ensure()
        assert set(staged(warehouse).values()) == {0}
        assert stage(warehouse, sealed, batch_id=batch_id, catalog=CATALOG) == staged(warehouse) == ALL


@pytest.mark.parametrize("damage", ["missing", "empty", "not JSON", "other format"])
def test_an_extract_without_a_whole_manifest_is_rubbish(sealed: SealedExtract, damage: str) -> None:
    manifest = sealed.directory / "manifest.json"
    text = manifest.read_text()
    manifest.unlink()
    if damage != "missing":
        manifest.write_text(
            {"empty": "", "not JSON": text[:-20], "other format": text.replace(f'"format": {FORMAT}', '"format": 99')}[damage]
        )
    with pytest.raises(IntegrityError, match="Next: "):
        open_sealed(sealed.directory, CATALOG)


def test_a_sealed_extract_is_read_back_as_it_was_sealed(sealed: SealedExtract) -> None:
    assert open_sealed(sealed.directory, CATALOG) == sealed


def test_a_truncated_part_is_refused_before_anything_is_staged(sealed: SealedExtract) -> None:
    with part_of(sealed, "orders").open("r+b") as file:
        file.truncate(10)
    with pytest.raises(IntegrityError, match=r"orders.0001.copy has 10 bytes, the manifest says \d+"):
        open_sealed(sealed.directory, CATALOG)


def test_an_extract_of_another_catalogue_is_refused(sealed: SealedExtract) -> None:
    other = type(CATALOG)(*(table for table in CATALOG.values() if table.name != "payments"))
    with pytest.raises(IntegrityError, match="made for another catalogue"):
        open_sealed(sealed.directory, other)


def test_only_the_newest_sealed_extracts_are_kept_and_nothing_else_is_touched(tmp_path: Path) -> None:
    for name in ("20261122T030000Z-aaaaaa", "20261121T030000Z-ffffff", "20261123T030000Z-000000"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").touch()
    for name in ("20261101T030000Z-dead00", "20261120T030000Z-beef00", "documents"):
        (tmp_path / name).mkdir()
    a_week_ago = time.time() - 7 * 24 * 3600
    for name in ("20261101T030000Z-dead00", "documents"):
        os.utime(tmp_path / name, (a_week_ago, a_week_ago))
    remove_old(tmp_path, keep=2)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["20261120T030000Z-beef00", "20261122T030000Z-aaaaaa", "20261123T030000Z-000000", "documents"]


def test_an_extract_that_awaits_its_turn_is_no_old_one_for_a_day(tmp_path: Path) -> None:
    waiting, forgotten = (tmp_path / new_extract_id(awaits_its_turn=True) for _ in range(2))
    for directory in (waiting, forgotten):
        directory.mkdir()
        (directory / "manifest.json").touch()
    a_week_ago = time.time() - 7 * 24 * 3600
    os.utime(forgotten, (a_week_ago, a_week_ago))
    remove_old(tmp_path, keep=0)
    assert list(tmp_path.iterdir()) == [waiting]
