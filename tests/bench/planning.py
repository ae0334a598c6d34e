"""Write, read and plan a manifest of many parts, which are sparse files of full size."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

import cloudpickle
import sqlalchemy as sa

from techmarket.db.engines import warehouse_engine
from techmarket.extract.sealed import WHOLE, Manifest, Part, new_extract_id, open_sealed, seal
from techmarket.ledger.batches import open_batch
from techmarket.model.catalog import CATALOG
from techmarket.model.modes import Mode
from techmarket.settings import Settings
from techmarket.staging.stage import empty_staging, missing_parts
from tests.bench.databases import seeded_databases
from tests.bench.document import Section
from tests.bench.peak import own_peak

_SIZES = (100_000_000, 1_000_000_000, 10_000_000_000)
_ROWS_A_LINE = {"order_items": 1.0, "orders": 1 / 3, "payments": 0.35, "customers": 0.06}
"""As seeded; other tables have one part."""
_BYTES_A_ROW = 65
_WRITE_RECEIPTS = """
INSERT INTO stg.staged_parts (extract_id, table_name, part, row_count)
SELECT :extract_id, done.table_name, done.part, 1 FROM unnest(CAST(:tables AS text[]), CAST(:parts AS text[])) AS done (table_name, part)
"""


def measured(runs: int) -> Section:
    """Seconds of each step and peak memory, by order lines."""
    with seeded_databases(300) as (_, dwh):
        address = dwh.render_as_string(hide_password=False)
        sizes = [{"lines": lines, "runs": [_in_a_process(lines, address) for _ in range(runs)]} for lines in _SIZES]
    return {"part_mib": Settings(_env_file=None).part_bytes // 2**20, "sizes": sizes}


def _in_a_process(lines: int, address: str) -> Section:
    command = [sys.executable, "-m", "tests.bench.planning", str(lines)]
    done = subprocess.run(command, input=address, check=True, stdout=subprocess.PIPE, text=True)
    print(done.stdout.strip(), flush=True)
    found: Section = json.loads(done.stdout)
    return found


def _planned(lines: int, address: str) -> Section:
    warehouse = warehouse_engine(address, Settings(_env_file=None))
    batch_id = open_batch(warehouse, Mode.FULL, requested_by="bench").batch_id
    with tempfile.TemporaryDirectory(prefix="bench-planning-") as folder:
        manifest = _manifest(lines, Path(folder))
        seconds, started = {}, time.monotonic()
        directory = seal(Path(folder), manifest).directory
        seconds["written"], started = time.monotonic() - started, time.monotonic()
        extract = open_sealed(directory, CATALOG)
        seconds["read, sizes checked"] = time.monotonic() - started
        _stage_half(warehouse, manifest, batch_id)
        started = time.monotonic()
        missing = missing_parts(warehouse, extract, batch_id=batch_id, catalog=CATALOG)
        seconds["missing found"], started = time.monotonic() - started, time.monotonic()
        sent = sum(len(cloudpickle.dumps({"part": part, "batch_id": batch_id, "extract_id": manifest.extract_id})) for part in missing)
        seconds["tasks described"] = time.monotonic() - started
        manifest_bytes = (directory / "manifest.json").stat().st_size
    return {
        "parts": len(manifest.parts),
        "missing": len(missing),
        "manifest_bytes": manifest_bytes,
        "sent_bytes": sent,
        "seconds": {step: round(taken, 3) for step, taken in seconds.items()},
        "peak_mib": round(own_peak() / 1024),
    }


def _manifest(lines: int, folder: Path) -> Manifest:
    part_bytes = Settings(_env_file=None).part_bytes
    rows = part_bytes // _BYTES_A_ROW
    parts = []
    for table in CATALOG:
        for number in range(ceil(lines * _ROWS_A_LINE.get(table, 0) / rows) or 1):
            part = Part(table, f"{table}.{number + 1:04}.copy", rows, part_bytes, f"{number:064x}")
            with (folder / part.file).open("wb") as file:
                file.truncate(part.bytes)
            parts.append(part)
    now = datetime.now(UTC)
    return Manifest(
        extract_id=new_extract_id(),
        mode=Mode.FULL,
        source_version="simulated",
        snapshot_at=now,
        horizon=now,
        reads=dict.fromkeys(CATALOG, WHOLE),
        requested_keys={},
        nul_bytes={},
        catalog=CATALOG.fingerprint,
        parts=tuple(parts),
    )


def _stage_half(warehouse: sa.Engine, manifest: Manifest, batch_id: int) -> None:
    empty_staging(warehouse, batch_id=batch_id, extract_id=manifest.extract_id, catalog=CATALOG)
    half = manifest.parts[::2]
    receipts = {"extract_id": manifest.extract_id, "tables": [part.table for part in half], "parts": [part.file for part in half]}
    with warehouse.begin() as connection:
        connection.execute(sa.text(_WRITE_RECEIPTS), receipts)


def as_markdown(found: Section) -> list[str]:
    steps = list(found["sizes"][0]["runs"][0]["seconds"])
    lines = [
        "## Metadata of very large extracts",
        "",
        f"The manifest of an extract in files of {found['part_mib']} MiB: written, read back with every file's size checked, and planned",
        "with half of the files staged already. Sparse files, real receipts. Seconds, medians, each a process.",
        "",
        f"| order lines | files | manifest, MiB | {' | '.join(steps)} | peak MiB |",
        f"|---:|---:|---:|{'---:|' * len(steps)}---:|",
    ]
    for size in found["sizes"]:
        first, runs = size["runs"][0], size["runs"]
        seconds = (f"{statistics.median(run['seconds'][step] for run in runs):.2f}" for step in steps)
        peak = statistics.median(run["peak_mib"] for run in runs)
        lines.append(
            f"| {size['lines']:,} | {first['parts']:,} | {first['manifest_bytes'] / 2**20:.1f} | {' | '.join(seconds)} | {peak:.0f} |"
        )
    return lines


if __name__ == "__main__":
    print(json.dumps(_planned(int(sys.argv[1]), sys.stdin.read())))
