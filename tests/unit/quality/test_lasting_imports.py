import gc
import sys
from collections.abc import Iterator

import pytest

from techmarket.quality.gate.lasting_imports import lasting_import


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_the_block_makes_is_out_of_the_collectors_sight() -> None:
    with lasting_import("not_there"):
        made = [[]]
        assert not gc.isenabled()
    assert gc.isenabled()
    assert not any(known is made for known in gc.get_objects())


def test_a_package_that_is_there_changes_nothing() -> None:
    frozen = gc.get_freeze_count()
    with lasting_import(sys.__name__):
        assert gc.isenabled()
    assert gc.get_freeze_count() == frozen


def test_the_collector_works_on_after_an_import_that_fails() -> None:
    with pytest.raises(ImportError), lasting_import("not_there"):
        import no_such_package_anywhere  # type: ignore[import-not-found]  # noqa: F401
    assert gc.isenabled()
