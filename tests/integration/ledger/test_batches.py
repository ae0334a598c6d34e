import logging
import subprocess
import sys

import pytest
import sqlalchemy as sa

from techmarket.errors import CheckError, ConcurrentRunError, DataQualityError, IntegrityError
from techmarket.ledger.batches import close_batch, hold_batch, load_batch, load_lock, lock_holder, open_batch
from techmarket.model.modes import Mode
from tests.support.queries import rows
from tests.support.repository import ROOT
from tests.support.waiting import wait_until

LEDGER = "SELECT status, verdict, error FROM dwh.load_batches ORDER BY batch_id"
HOLD_THE_LOCK = """
import sys, time, sqlalchemy as sa
from techmarket.ledger.batches import load_batch
from techmarket.model.modes import Mode
from techmarket.db.engines import warehouse_engine
from techmarket.settings import Settings
with load_batch(warehouse_engine(sys.argv[1], Settings(_env_file=None)), Mode.FULL, requested_by="doomed.example pid 7"):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_second_load_is_turned_away_and_told_who_holds_the_warehouse(warehouse: sa.Engine) -> None:
    with (
        load_lock(warehouse, holder="first.example pid 1"),
        pytest.raises(ConcurrentRunError, match=r"first\.example pid 1 from .* since \d{4}-.* Next: wait"),
        load_batch(warehouse, Mode.FULL, requested_by="second.example pid 2"),
    ):
        pass
    assert rows(warehouse, LEDGER) == []


def test_the_lock_is_free_the_moment_a_load_ends(warehouse: sa.Engine) -> None:
    for requested_by in ("first", "second", *map(str, range(3, 30))):
        with load_batch(warehouse, Mode.FULL, requested_by=requested_by), warehouse.connect() as connection:
            assert str(lock_holder(connection)).startswith(f"techmarket: {requested_by} from ")


def test_a_load_that_was_killed_frees_the_lock_and_is_marked_abandoned(warehouse: sa.Engine, caplog: pytest.LogCaptureFixture) -> None:
    address = warehouse.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", HOLD_THE_LOCK, address], stdout=subprocess.PIPE, cwd=ROOT) as doomed:
        assert doomed.stdout is not None
        assert doomed.stdout.readline() == b"held\n"
        with pytest.raises(ConcurrentRunError, match="doomed"), load_lock(warehouse, holder="test"):
            pass
        doomed.kill()
    wait_until(lambda: is_free(warehouse))  # the server notices a closed socket soon
    caplog.set_level(logging.WARNING)
    with load_batch(warehouse, Mode.FULL, requested_by="test"):
        assert [status for status, _, _ in rows(warehouse, LEDGER)] == ["abandoned", "running"]
    assert "never ended; marked abandoned" in caplog.text


def is_free(warehouse: sa.Engine) -> bool:
    with warehouse.connect() as connection:
        return lock_holder(connection) is None


@pytest.mark.parametrize(
    ("error", "entered"),
    [
        (DataQualityError("blocked by a rule"), ("blocked", "DATA_FAIL", "blocked by a rule")),
        (CheckError("a check broke"), ("failed", "CHECK_ERROR", "a check broke")),
        (IntegrityError("does not balance"), ("failed", None, "does not balance")),
        (LookupError("row of Olena"), ("failed", None, "LookupError")),
        (KeyboardInterrupt(), ("failed", None, "KeyboardInterrupt")),
    ],
)
def test_what_ends_a_load_early_is_entered_in_the_ledger(
    warehouse: sa.Engine, error: BaseException, entered: tuple[str, str | None, str]
) -> None:
    with pytest.raises(type(error)), load_batch(warehouse, Mode.INCREMENTAL, requested_by="test"):
        raise error
    assert rows(warehouse, LEDGER) == [entered]


def test_a_batch_that_was_taken_over_cannot_be_held_and_its_end_changes_nothing(warehouse: sa.Engine) -> None:
    sleeper = open_batch(warehouse, Mode.FULL, requested_by="sleeper")
    open_batch(warehouse, Mode.FULL, requested_by="another")
    with warehouse.begin() as connection, pytest.raises(ConcurrentRunError, match="is abandoned, not running"):
        hold_batch(connection, sleeper.batch_id)
    close_batch(warehouse, sleeper.batch_id, status="failed")
    assert [status for status, _, _ in rows(warehouse, LEDGER)] == ["abandoned", "running"]


def test_a_batch_that_is_held_cannot_be_abandoned_until_the_transaction_ends(warehouse: sa.Engine) -> None:
    held = open_batch(warehouse, Mode.FULL, requested_by="at work")
    with warehouse.begin() as connection:
        hold_batch(connection, held.batch_id)
        with warehouse.connect() as other:
            other.exec_driver_sql("SET lock_timeout = '200ms'")
            with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
                other.exec_driver_sql("UPDATE dwh.load_batches SET status = 'abandoned'")


def test_the_holder_is_named_even_if_its_name_is_long(warehouse: sa.Engine) -> None:
    with load_lock(warehouse, holder="x" * 200), warehouse.connect() as connection:
        assert str(lock_holder(connection)).startswith("techmarket: " + "x" * 51 + " from ")
