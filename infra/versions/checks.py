"""Checks before a commit is tagged."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Final

import techmarket
from infra.docs.render import RENDERED
from infra.local.commands import run
from infra.versions.frozen import frozen_file, is_current
from infra.versions.locks import lock_problems
from techmarket.setup.doctor.finding import Finding, fail, ok

_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
_ENTRY: Final = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<day>\S+))?$", re.MULTILINE)


def examine(root: Path) -> Iterator[Finding]:
    """Check a checkout; one finding a check."""
    checks: dict[str, Callable[[], Finding]] = {
        "version": partial(_version, root),
        "changelog": partial(_changelog, root),
        "package": _package,
        "tree": partial(_tree, root),
        "tag": partial(_tag, root),
        "rendered files": partial(_rendered, root),
        "frozen warehouse": partial(_frozen, root),
        "lock files": partial(_locks, root),
    }
    for name, check in checks.items():
        yield check().named(name)


def version_of(root: Path) -> str:
    """The version in ``techmarket/__init__.py``."""
    found = re.search(r'^__version__ = "(.+)"$', (root / "techmarket" / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def _version(root: Path) -> Finding:
    version = version_of(root)
    if not _VERSION.fullmatch(version):
        return fail(f"{version!r} is no version", "write it as MAJOR.MINOR.PATCH in techmarket/__init__.py")
    return ok(version)


def _changelog(root: Path) -> Finding:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = list(_ENTRY.finditer(text))
    unreleased = [entry for entry in entries if entry["version"] == "Unreleased"]
    for entry in unreleased:
        end = next((other.start() for other in entries if other.start() > entry.start()), len(text))
        if text[entry.end() : end].strip():
            return fail("changes stand under [Unreleased]", f"move them under ## [{version_of(root)}] - {_today()}")
    newest = next((entry for entry in entries if entry not in unreleased), None)
    if newest is None or newest["version"] != version_of(root):
        has = newest["version"] if newest else "none"
        return fail(f"its newest release is {has}, the version is {version_of(root)}", "write the entry, or mend techmarket/__init__.py")
    if not _is_past(newest["day"]):
        return fail(f"the release of {newest['version']} is dated {newest['day']}", f"write ## [{newest['version']}] - {_today()}")
    return ok(f"{newest['version']} of {newest['day']}")


def _is_past(day: str | None) -> bool:
    try:
        return date.fromisoformat(day or "") <= _today()
    except ValueError:
        return False


def _today() -> date:
    return datetime.now(UTC).date()


def _package() -> Finding:
    installed = metadata.version("techmarket")
    if installed != techmarket.__version__:
        return fail(f"installed as {installed}, the version is {techmarket.__version__}", "run make install")
    return ok(f"installed as {installed}")


def _tree(root: Path) -> Finding:
    changed = _git(root, "status", "--porcelain").splitlines()
    if changed:
        return fail(f"{len(changed)} files are not committed, such as {changed[0][3:]}", "commit or remove them")
    return ok("all is committed")


def _tag(root: Path) -> Finding:
    tag = f"v{version_of(root)}"
    tagged = _git(root, "rev-list", "-n", "1", "--ignore-missing", f"refs/tags/{tag}").strip()
    if tagged and tagged != _git(root, "rev-parse", "HEAD").strip():
        return fail(f"{tag} is an older commit", "raise __version__ in techmarket/__init__.py, and write its changelog")
    return ok(f"{tag} is this commit" if tagged else f"{tag} is free")


def _git(root: Path, *arguments: str) -> str:
    return run(["git", "-C", str(root), *arguments])


def _rendered(root: Path) -> Finding:
    old = [str(path) for path, render in RENDERED.items() if (root / path).read_text(encoding="utf-8") != render()]
    return fail(f"not as declared: {', '.join(old)}", "run make render") if old else ok(f"{len(RENDERED)} files are as declared")


def _frozen(root: Path) -> Finding:
    file = frozen_file(root, version_of(root))
    if not file.is_file():
        return fail(f"{file.relative_to(root)} is missing", "run .venv/bin/python -m infra.versions freeze")
    if not is_current(file):
        return fail(f"{file.relative_to(root)} is of an older schema", "run .venv/bin/python -m infra.versions freeze")
    return ok(f"{file.relative_to(root)} is of this schema")


def _locks(root: Path) -> Finding:
    problems = list(lock_problems(root))
    return fail("; ".join(problems), "run make lock") if problems else ok("they fit what they were made from")
