import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from techmarket.errors import ConfigurationError
from techmarket.extract.directory import disk_errors, make_private
from techmarket.extract.sealed import new_extract_id, open_sealed, remove_old
from techmarket.model.catalog import CATALOG


@contextmanager
def extract_of_another_user() -> Iterator[Path]:
    """An extract that the user of the block cannot enter."""
    with tempfile.TemporaryDirectory() as shared:
        extract = Path(shared) / new_extract_id()
        make_private(extract)
        (extract / "manifest.json").touch()
        extract.parent.chmod(0o755)
        if is_root := os.geteuid() == 0:
            os.seteuid(65534)
        else:
            extract.chmod(0)
        try:
            yield extract
        finally:
            if is_root:
                os.seteuid(0)
            extract.chmod(0o700)


def test_only_its_owner_enters_an_extract_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_private(tmp_path / "extracts" / "new")
    finally:
        os.umask(before)
    assert (tmp_path / "extracts" / "new").stat().st_mode & 0o777 == 0o700


def test_the_clean_up_keeps_another_users_extract_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with extract_of_another_user() as theirs:
        remove_old(theirs.parent, keep=0)
        assert list(theirs.parent.iterdir()) == [theirs]
    assert f"{theirs} belongs to another user: it is kept" in caplog.text


def test_opening_another_users_extract_says_whose_it_is() -> None:
    with (
        extract_of_another_user() as theirs,
        pytest.raises(ConfigurationError, match=r"belongs to another user\. Next: run this as that user"),
    ):
        open_sealed(theirs, CATALOG)


def test_a_link_to_nowhere_in_the_place_of_the_extracts_is_named(tmp_path: Path) -> None:
    directory = tmp_path / "extracts" / new_extract_id()
    directory.parent.symlink_to(tmp_path / "nowhere")
    with (
        pytest.raises(ConfigurationError, match=r"Writing the extract to .*: File exists\. Next: .*TECHMARKET_EXTRACT_DIR"),
        disk_errors(directory),
    ):
        make_private(directory)
