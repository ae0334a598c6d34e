import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.versions import frozen
from infra.versions.checks import examine, version_of
from techmarket import __version__
from techmarket.setup.doctor.finding import Level
from tests.support.repository import ROOT

TODAY = datetime.now(UTC).date()
CHANGELOG = f"# Changelog\n\n## [Unreleased]\n\n## [{__version__}] - {TODAY}\n\n- All there is.\n"


def git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def releasable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with a written changelog and a frozen warehouse."""
    root = tmp_path_factory.mktemp("releasable")
    for name in git(ROOT, "ls-files").splitlines():
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    (root / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    file = frozen.frozen_file(root, __version__)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"-- Schema: {frozen._digest()}\n", encoding="utf-8")
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "All of it")
    return root


@pytest.fixture
def checkout(releasable: Path, tmp_path: Path) -> Path:
    return shutil.copytree(releasable, tmp_path / "checkout")


def edited(file: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        text = (root / file).read_text(encoding="utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def tagged_before(root: Path) -> None:
    git(root, "tag", f"v{__version__}")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "One more")


def without_hash(root: Path) -> None:
    lock = root / "requirements" / "build.txt"
    lines = lock.read_text(encoding="utf-8").splitlines(keepends=True)
    lock.write_text("".join(line for line in lines if "--hash" not in line), encoding="utf-8")


def test_a_checkout_of_which_all_holds_can_be_released(checkout: Path) -> None:
    assert [(finding.check, finding.observed) for finding in examine(checkout) if finding.level is not Level.OK] == []


@pytest.mark.parametrize(
    ("spoil", "check", "observed"),
    [
        (edited("techmarket/__init__.py", __version__, "next"), "version", "'next' is no version"),
        (edited("CHANGELOG.md", "[Unreleased]\n", "[Unreleased]\n\n- New."), "changelog", "changes stand under [Unreleased]"),
        (edited("CHANGELOG.md", f"[{__version__}]", "[0.0.9]"), "changelog", f"its newest release is 0.0.9, the version is {__version__}"),
        (edited("CHANGELOG.md", str(TODAY), str(TODAY + timedelta(days=2))), "changelog", "is dated"),
        (edited("CHANGELOG.md", f" - {TODAY}", ""), "changelog", "is dated None"),
        (edited("README.md", "#", "##"), "tree", "1 files are not committed, such as README.md"),
        (tagged_before, "tag", f"v{__version__} is an older commit"),
        (edited("docs/quality.md", "#", "##"), "rendered files", "not as declared: docs/quality.md"),
        (edited(f"tests/integration/released/{__version__}.sql", "Schema: ", "Schema: 0"), "frozen warehouse", "is of an older schema"),
        (lambda root: frozen.frozen_file(root, __version__).unlink(), "frozen warehouse", "is missing"),
        (edited("pyproject.toml", "pandas>=3.0", "pandas>=99"), "lock files", "runtime.txt pins pandas"),
        (edited("pyproject.toml", '"pandas>=3.0,<4"', '"pandas>=3.0,<4", "leftpad"'), "lock files", "runtime.txt does not pin leftpad"),
        (edited("requirements/dev.txt", "pandas==", "pandas==99."), "lock files", "dev.txt pins another pandas than dask.txt"),
        (edited("requirements/bench.txt", "\n", "\n--index-url https://example.com\n"), "lock files", "bench.txt names an address"),
        (without_hash, "lock files", "build.txt has no hash of setuptools"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_found_and_what_to_do_said(spoil: Callable[[Path], None], check: str, observed: str, checkout: Path) -> None:
    spoil(checkout)
    finding = next(finding for finding in examine(checkout) if finding.check == check)
    assert finding.level is Level.FAIL
    assert observed in finding.observed
    assert finding.remedy


def test_the_version_is_written_in_one_place() -> None:
    assert version_of(ROOT) == __version__
    elsewhere = [
        name
        for name in ("pyproject.toml", "prefect.yaml", "infra/image/Dockerfile", "Makefile")
        if __version__ in (ROOT / name).read_text()
    ]
    assert elsewhere == []
