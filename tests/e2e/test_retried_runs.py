import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import URL

from tests.support.orchestration.operated_pipeline import DeployedPipeline, Pipeline
from tests.support.servers.disks import full_disk
from tests.support.waiting import wait_until

STATUS = "SELECT max(status) FROM dwh.load_batches WHERE requested_by LIKE '%{run_id}%'"


@pytest.fixture(scope="module")
def pipeline(deployed_pipeline: DeployedPipeline, mariadb_server: URL) -> Iterator[Pipeline]:
    with deployed_pipeline(mariadb_server) as pipeline:
        yield pipeline


@pytest.fixture
def broken_release(pipeline: Pipeline) -> Iterator[None]:
    """Every release fails until the test mends the warehouse."""
    pipeline.dwh("ALTER TABLE dwh.fact_payments RENAME TO fact_payments_away")
    yield
    pipeline.dwh("ALTER TABLE IF EXISTS dwh.fact_payments_away RENAME TO fact_payments")


def mend_release(pipeline: Pipeline) -> None:
    pipeline.dwh("ALTER TABLE dwh.fact_payments_away RENAME TO fact_payments")


@pytest.mark.usefixtures("broken_release")
def test_a_retried_run_does_not_read_the_source_again(pipeline: Pipeline) -> None:
    before = set(pipeline.extracts.glob("*"))
    failed = pipeline.load("full")
    assert failed.state_name == "Failed"
    assert " is not released: " in str(pipeline.artifacts(failed)["load-summary"].description)
    (sealed,) = set(pipeline.extracts.glob("*")) - before
    mend_release(pipeline)
    reader = f"'{pipeline.databases.oltp.username}'@'%'"
    pipeline.oltp(f"ALTER USER {reader} ACCOUNT LOCK")
    try:
        retried = pipeline.retry(failed)
    finally:
        pipeline.oltp(f"ALTER USER {reader} ACCOUNT UNLOCK")
    assert retried.state_name == "Completed"
    assert " is released: " in str(pipeline.artifacts(retried)["load-summary"].description)
    assert pipeline.extract_of(retried.id) == sealed.name


@pytest.mark.usefixtures("broken_release")
def test_a_retried_run_reads_the_source_again_when_its_extract_is_gone(pipeline: Pipeline) -> None:
    failed = pipeline.load("full")
    assert failed.state_name == "Failed"
    shutil.rmtree(pipeline.extracts)
    mend_release(pipeline)
    retried = pipeline.retry(failed)
    assert retried.state_name == "Completed"
    assert [folder.name for folder in pipeline.extracts.iterdir()] == [pipeline.extract_of(retried.id)]


def test_a_blocked_run_reads_the_mended_source_when_it_is_retried(pipeline: Pipeline) -> None:
    pipeline.oltp("UPDATE orders SET status = CONCAT('?', status)")
    blocked = pipeline.load("incremental")
    assert blocked.state_name == "Failed"
    assert "quality gate blocked batch" in str(blocked.state and blocked.state.message)
    pipeline.oltp("UPDATE orders SET status = SUBSTRING(status, 2)")
    assert pipeline.retry(blocked).state_name == "Completed"


def test_a_run_without_its_block_names_the_remedy(pipeline: Pipeline) -> None:
    block = pipeline.client.read_block_document_by_name("techmarket-dwh", "sqlalchemy-connector")
    pipeline.client.delete_block_document(block.id)
    try:
        run = pipeline.load("incremental")
    finally:
        pipeline.services.run_deployment("bootstrap-warehouse/ad-hoc")
    assert run.state_name == "Failed"
    assert "sqlalchemy-connector/techmarket-dwh cannot be loaded" in str(run.state and run.state.message)
    assert "run the flow bootstrap-warehouse" in str(run.state and run.state.message)


def wait_for_batch(pipeline: Pipeline, run_id: UUID, status: str) -> None:
    wait_until(lambda: pipeline.dwh(STATUS.format(run_id=run_id)) == status)


@pytest.mark.parametrize("moment", ["running", "released"], ids=["when the batch is opened", "when the batch is released"])
def test_a_load_outlives_the_death_of_the_server(moment: str, pipeline: Pipeline) -> None:
    run_id = pipeline.services.start_deployment("load-warehouse/ad-hoc", {"options": {"mode": "full"}})
    wait_for_batch(pipeline, run_id, moment)
    os.killpg(pipeline.services.server.pid or 0, signal.SIGKILL)
    pipeline.services.restart_server()
    assert pipeline.services.wait_for_end(run_id).state_name == "Completed"
    assert pipeline.dwh(STATUS.format(run_id=run_id)) == "released"


def is_at_work(run_id: UUID) -> bool:
    mark = f"PREFECT__FLOW_RUN_ID={run_id}".encode()

    def is_its_own(environment: Path) -> bool:
        with suppress(OSError):
            return mark in environment.read_bytes()
        return False

    return any(map(is_its_own, Path("/proc").glob("[0-9]*/environ")))


def test_a_run_that_never_reached_the_server_has_crashed_and_loaded_nothing(pipeline: Pipeline) -> None:
    run_id = pipeline.services.start_deployment("load-warehouse/ad-hoc", {"options": {"mode": "full"}})
    wait_until(lambda: is_at_work(run_id))
    os.killpg(pipeline.services.server.pid or 0, signal.SIGKILL)
    wait_until(lambda: not is_at_work(run_id))
    pipeline.services.restart_server()
    assert pipeline.services.wait_for_end(run_id).state_name == "Crashed"
    assert pipeline.dwh(STATUS.format(run_id=run_id)) is None
    assert pipeline.load("incremental").state_name == "Completed"


def test_a_load_is_released_though_prefect_has_no_room_for_results_and_the_log_says_where(pipeline: Pipeline) -> None:
    results = pipeline.services.directory / "prefect-home" / "storage"
    with full_disk(results):
        run = pipeline.load("full")
    assert run.state_name == "Completed"
    assert pipeline.dwh(STATUS.format(run_id=run.id)) == "released"
    assert f"Prefect's result storage {results} did not keep which extract" in pipeline.log_with(run, "did not keep which extract")
