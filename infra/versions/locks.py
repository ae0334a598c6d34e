"""Checks lock files against their inputs without a package index."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?P<rest>.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Lock:
    """A lock file."""

    name: str
    versions: Mapping[str, set[str]]
    """By package; several if platforms differ."""
    problems: tuple[str, ...]


def lock_problems(root: Path) -> Iterator[str]:
    """Problems of a checkout's lock files."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = [Requirement(line) for line in project["dependencies"]]
    dask = [Requirement(line) for line in project["optional-dependencies"]["dask"]]
    dev = [Requirement(line) for line in project["optional-dependencies"]["dev"] if not line.startswith(f"{project['name']}[")]
    made_from = {
        "runtime.txt": runtime,
        "dask.txt": runtime + dask,
        "dev.txt": runtime + dask + dev,
        "build.txt": _listed(root / "requirements" / "build.in"),
        "bench.txt": _listed(root / "requirements" / "bench.in"),
        "docs.txt": _listed(root / "requirements" / "docs.in"),
        "audit.txt": _listed(root / "requirements" / "audit.in"),
    }
    locks = {name: _read(root / "requirements" / name) for name in made_from}
    for name, requirements in made_from.items():
        yield from locks[name].problems
        yield from (problem for requirement in requirements for problem in _unmet(requirement, locks[name]))
    for smaller, larger in pairwise(("runtime.txt", "dask.txt", "dev.txt")):
        for package, versions in locks[smaller].versions.items():
            if locks[larger].versions.get(package, set()) != versions:
                yield f"{larger} pins another {package} than {smaller}"


def _listed(file: Path) -> list[Requirement]:
    lines = (line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def _read(file: Path) -> Lock:
    text = file.read_text(encoding="utf-8")
    versions: dict[str, set[str]] = {}
    problems = []
    pins = list(_PIN.finditer(text))
    for pin, following in zip(pins, [*pins[1:], None], strict=True):
        versions.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
        if "--hash=sha256:" not in text[pin.end() : following.start() if following else None]:
            problems.append(f"{file.name} has no hash of {pin['name']}")
    if re.search(r"^[^#]*(://|--index|--find-links)", text, re.MULTILINE):
        problems.append(f"{file.name} names an address, which ties every user to it")
    return Lock(file.name, versions, tuple(problems))


def _unmet(requirement: Requirement, lock: Lock) -> Iterator[str]:
    pinned = lock.versions.get(canonicalize_name(requirement.name))
    if not pinned:
        yield f"{lock.name} does not pin {requirement.name}"
    elif wrong := sorted(version for version in pinned if version not in requirement.specifier):
        yield f"{lock.name} pins {requirement.name} {', '.join(wrong)}, which is not {requirement.specifier}"
