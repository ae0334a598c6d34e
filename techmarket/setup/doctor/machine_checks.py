"""Checks of this machine."""

import shutil
import stat
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from techmarket.settings import Settings
from techmarket.setup.doctor.finding import Finding, fail, ok, warn
from techmarket.setup.doctor.running import Check

_LITTLE = 2 * 2**30
"""About the extracts of 30 million order lines."""
_SHOWN = 5


def machine_checks(settings: Settings) -> Mapping[str, Check]:
    """One check a directory that loads write, and one of who may read what is private."""
    return {
        "extracts": partial(_directory, settings.extract_dir, "TECHMARKET_EXTRACT_DIR"),
        "data docs": partial(_directory, settings.data_docs_dir, "TECHMARKET_DATA_DOCS_DIR"),
        "private files": partial(_private_files, settings.extract_dir),
    }


def _directory(directory: Path, setting: str) -> Finding:
    """Check a directory or, if missing, its nearest existing parent."""
    existing = next(path for path in (directory.absolute(), *directory.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=existing) as file:
            file.write(b"\0" * 4096)
    except OSError as exc:
        return fail(f"{existing}: {exc.strerror}", f"make it writable, free space there, or set {setting} to another directory")
    free = shutil.disk_usage(existing).free
    said = f"{directory} is writable, {free / 2**30:.1f} GiB free"
    return warn(said, f"free space there, or set {setting} to another disk") if free < _LITTLE else ok(said)


def _private_files(extract_dir: Path) -> Finding:
    """Check that other users of this machine can read neither passwords nor extracts."""
    private = (Path(".env"), *extract_dir.glob("*/"))
    open_to_others = [path for path in private if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if open_to_others:
        shown = " ".join(str(path) for path in open_to_others[:_SHOWN])
        return warn(f"{len(open_to_others)} can be read by other users: {shown}", f"run `chmod -R go= {shown}`")
    return ok("passwords and extracts can be read by this user alone")
