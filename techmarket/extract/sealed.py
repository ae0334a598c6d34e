"""A directory of COPY text files and a manifest.

``manifest.json`` is written last, by rename. A directory without it is unusable.
"""

import json
import logging
import os
import re
import secrets
import shutil
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, TypeAdapter

from techmarket.errors import ConfigurationError, IntegrityError
from techmarket.model.catalog import Catalog
from techmarket.model.modes import Extent, Mode

log = logging.getLogger(__name__)

FORMAT = 3
_MANIFEST = "manifest.json"
_EXTRACT_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}(?P<awaits>-awaits-its-turn)?")
_PART_FILE = re.compile(r"\w+\.\d+\.copy", re.ASCII)
_RUBBISH_AFTER_SECONDS = 24 * 3600


def new_extract_id(*, awaits_its_turn: bool = False) -> str:
    """An id that sorts by time, such as ``20261122T030000Z-1a2b3c``.

    With ``awaits_its_turn`` its own load must discard the extract.
    """
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}{'-awaits-its-turn' if awaits_its_turn else ''}"


@dataclass(frozen=True, slots=True)
class Part:
    """One table's rows in one file; bytes on disk, SHA-256 of the content."""

    table: str
    file: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableRead:
    """How a table was read."""

    extent: Extent
    since: AwareDatetime | None = None
    """Where changes begin, inclusive; None for other extents."""

    def __post_init__(self) -> None:
        if (self.extent is Extent.CHANGES) != (self.since is not None):
            msg = "changes begin at an instant, and nothing else does"
            raise ValueError(msg)


WHOLE = TableRead(Extent.WHOLE)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an extract holds.

    ``snapshot_at`` and ``horizon`` are by the source's clock. ``reads``: how each table was read; ``requested_keys``: of which the missing
    are gone from the source; ``nul_bytes``: removed by table, because PostgreSQL cannot hold them.
    """

    extract_id: str
    mode: Mode
    source_version: str
    snapshot_at: AwareDatetime
    horizon: AwareDatetime
    reads: dict[str, TableRead]
    requested_keys: dict[str, list[int]]
    nul_bytes: dict[str, int]
    catalog: str
    parts: tuple[Part, ...]

    def rows(self, table: str) -> int:
        """Rows of a table."""
        return sum(part.rows for part in self.parts if part.table == table)

    @property
    def tables(self) -> dict[str, int]:
        """Every table's rows, 0 included."""
        return {table: self.rows(table) for table in self.reads}

    @property
    def whole_tables(self) -> frozenset[str]:
        """Tables of which a row that is not in the extract is gone from the source."""
        return frozenset(table for table, read in self.reads.items() if read == WHOLE)


_MANIFESTS = TypeAdapter(Manifest)


@dataclass(frozen=True, slots=True)
class SealedExtract:
    """An extract on disk."""

    directory: Path
    manifest: Manifest

    def path(self, part: Part) -> Path:
        """A part's file."""
        return self.directory / part.file


def seal(directory: Path, manifest: Manifest) -> SealedExtract:
    """Write the manifest when all parts are complete."""
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, default=_as_json, indent=1)
    unfinished = directory / (_MANIFEST + ".unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.rename(directory / _MANIFEST)
    return SealedExtract(directory, manifest)


def open_sealed(directory: Path, catalog: Catalog) -> SealedExtract:
    """Open a sealed extract; staging checks each part's hash.

    Raises:
        IntegrityError: manifest missing or damaged, a part of another size, or another catalogue.
        ConfigurationError: it belongs to another user.
    """
    try:
        manifest = _parsed((directory / _MANIFEST).read_bytes())
    except FileNotFoundError:
        msg = f"{directory} holds no sealed extract ({_MANIFEST} is missing). Next: start a new load; it reads the source again."
        raise IntegrityError(msg) from None
    except PermissionError:
        msg = f"{directory} belongs to another user. Next: run this as that user, or start a new load; it reads the source again."
        raise ConfigurationError(msg) from None
    except (ValueError, RecursionError) as exc:
        what = f"{directory / _MANIFEST} is damaged, or another version wrote it ({type(exc).__name__})"
        msg = f"{what}. Next: delete the directory and start a new load."
        raise IntegrityError(msg) from None
    if manifest.catalog != catalog.fingerprint:
        msg = f"{directory} was made for another catalogue ({manifest.catalog}, now {catalog.fingerprint}). Next: start a new load."
        raise IntegrityError(msg)
    extract = SealedExtract(directory, manifest)
    for part in manifest.parts:
        path = extract.path(part)
        size = path.stat().st_size if path.is_file() else None
        if size != part.bytes:
            msg = f"{path} has {size} bytes, the manifest says {part.bytes}. Next: delete the directory and start a new load."
            raise IntegrityError(msg)
    return extract


def remove_old(extract_dir: Path, *, keep: int) -> None:
    """Remove sealed extracts but the newest ``keep`` by name, and unsealed or waiting ones older than a day.

    Another user's extracts are kept, with a warning.
    """
    extracts = {path: named for path in sorted(extract_dir.glob("*/"), reverse=True) if (named := _EXTRACT_ID.fullmatch(path.name))}
    extracts = {path: named for path, named in extracts.items() if _is_ours(path)}
    kept = [path for path, named in extracts.items() if not named["awaits"] and (path / _MANIFEST).exists()]
    rubbish = [path for path in extracts if path not in kept and time.time() - path.stat().st_mtime > _RUBBISH_AFTER_SECONDS]
    for directory in [*kept[keep:], *rubbish]:
        shutil.rmtree(directory, ignore_errors=True)


def _is_ours(extract: Path) -> bool:
    if os.access(extract, os.R_OK | os.W_OK | os.X_OK, effective_ids=True):
        return True
    log.warning("%s belongs to another user: it is kept. Remove it as that user, or let one user run all loads", extract)
    return False


def _as_json(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    msg = f"a manifest cannot hold a {type(value).__name__}"
    raise TypeError(msg)


def _parsed(text: bytes) -> Manifest:
    """A manifest may be forged: no part's path may leave the directory.

    Raises:
        ValueError: it is no manifest.
    """
    fields = json.loads(text)
    if not isinstance(fields, dict) or fields.pop("format", None) != FORMAT:
        msg = "unknown format"
        raise ValueError(msg)
    manifest = _MANIFESTS.validate_python(fields)
    if any(part.table not in manifest.reads or not _PART_FILE.fullmatch(part.file) or part.rows < 0 for part in manifest.parts):
        msg = "a part of no table, or with a name that no part has"
        raise ValueError(msg)
    return manifest
