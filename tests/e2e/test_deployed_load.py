import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from prefect.client.schemas.objects import FlowRun
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from techmarket.model.catalog import CATALOG
from tests.support.orchestration.operated_pipeline import DeployedPipeline, Pipeline
from tests.support.queries import SOLD_IN_SOURCE
from tests.support.shop.exporter import Exporter

SALES_AGGREGATES = ("sales_daily", "category_daily", "sales_monthly", "orders_daily")
CONTROL_SUMS = (
    *(f"fact_sales.{measure}" for measure in ("lines", "quantity", "revenue", "discount_amount", "cost")),
    *(f"fact_payments.{measure}" for measure in ("payments", "amount")),
    *(f"agg_{name}.{measure}" for name in SALES_AGGREGATES for measure in ("lines", "revenue")),
    *(f"agg_product_monthly.{measure}" for measure in ("lines", "revenue")),
    "agg_payments_monthly.amount",
)


@dataclass(frozen=True)
class Loaded:
    pipeline: Pipeline
    run: FlowRun


@pytest.fixture(scope="module")
def loaded(deployed_pipeline: DeployedPipeline, oltp_server: URL) -> Iterator[Loaded]:
    with deployed_pipeline(oltp_server) as pipeline:
        yield Loaded(pipeline, pipeline.load("full"))


def test_the_marts_hold_the_seeded_sales(loaded: Loaded) -> None:
    sold = loaded.pipeline.oltp(SOLD_IN_SOURCE)
    assert sold > 0
    for mart in ("mart_sales_dynamics", "mart_employee_performance", "mart_product_ranking", "mart_average_check"):
        assert loaded.pipeline.dwh(f"SELECT sum(revenue) FROM dwh.{mart}") == sold, mart


def test_the_run_completes_and_its_name_says_batch_and_mode(loaded: Loaded) -> None:
    batch_id = loaded.pipeline.dwh("SELECT min(batch_id) FROM dwh.load_batches")
    assert (loaded.run.state_name, loaded.run.name) == ("Completed", f"batch {batch_id} full")


def test_the_ledger_names_the_flow_run(loaded: Loaded) -> None:
    requested_by = loaded.pipeline.dwh("SELECT requested_by FROM dwh.load_batches ORDER BY batch_id LIMIT 1")
    assert str(loaded.run.id) in requested_by


def test_the_run_shows_summary_certificate_verdict_and_progress(loaded: Loaded) -> None:
    artifacts = loaded.pipeline.artifacts(loaded.run)
    assert {"load-summary", "certificate", "quality-gate", "sales-report", "extract-progress"} <= set(artifacts)
    assert artifacts["extract-progress"].data == 100
    assert artifacts["load-summary"].task_run_id is None, "only what belongs to the run itself is shown before all else"
    assert f"{loaded.pipeline.docs_url}/sales/" in str(artifacts["load-summary"].data)
    assert f"{loaded.pipeline.docs_url}/loads/" in str(artifacts["quality-gate"].data)
    assert f"{loaded.pipeline.docs_url}/sales/" in str(artifacts["sales-report"].data)
    proofs = json.loads(str(artifacts["certificate"].data))
    assert [proof["proof"] for proof in proofs if proof["holds"] == "yes"] == [
        *(f"{table}: rows accounted for" for table in CATALOG),
        *(f"{measure}: control sum" for measure in CONTROL_SUMS),
    ]


def test_the_library_speaks_in_the_log_of_the_run(loaded: Loaded) -> None:
    log = loaded.pipeline.log_with(loaded.run, "techmarket.release.release: release ")
    assert "techmarket.extract.part_writers: extract table=order_items rows=" in log
    assert "techmarket.release.release: release " in log


def test_the_blocks_of_the_connections_hide_their_passwords(loaded: Loaded) -> None:
    for name in ("techmarket-oltp", "techmarket-dwh"):
        block = loaded.pipeline.client.read_block_document_by_name(name, "sqlalchemy-connector", include_secrets=False)
        assert set(str(block.data["connection_info"]["password"])) == {"*"}


def test_a_second_run_changes_no_row(loaded: Loaded) -> None:
    newest_batch = (
        "SELECT greatest((SELECT max(batch_id) FROM dwh.fact_sales), (SELECT max(batch_id) FROM dwh.fact_payments),"
        " (SELECT max(batch_id) FROM dwh.dim_product), (SELECT max(batch_id) FROM dwh.dim_customer))"
    )
    before, batch_id = loaded.pipeline.dwh(newest_batch), loaded.pipeline.dwh("SELECT max(batch_id) + 1 FROM dwh.load_batches")
    run = loaded.pipeline.load("incremental")
    assert (run.state_name, run.name) == ("Completed", f"batch {batch_id} incremental")
    assert loaded.pipeline.dwh(newest_batch) == before


def test_an_export_of_the_same_rows_is_imported_by_its_deployment_and_changes_nothing(loaded: Loaded, tmp_path: Path) -> None:
    changed = "SELECT count(*) FROM dwh.fact_sales WHERE batch_id = (SELECT max(batch_id) FROM dwh.load_batches)"
    taken_at = datetime.now(UTC)
    directory = Exporter(sa.create_engine(loaded.pipeline.databases.oltp_admin, poolclass=NullPool), tmp_path).outfile()
    given = {"directory": str(directory), "taken_at": taken_at.isoformat(), "options": {"catalog_order": True}}
    run = loaded.pipeline.services.run_deployment("import-export/ad-hoc", given)
    assert run.state_name == "Completed"
    assert {"load-summary", "certificate", "quality-gate", "extract-progress"} <= set(loaded.pipeline.artifacts(run))
    assert loaded.pipeline.dwh("SELECT max(snapshot_at) FROM dwh.load_batches WHERE status = 'released'") == taken_at
    assert loaded.pipeline.dwh(changed) == 0


def test_a_backfill_replays_its_windows_in_runs_of_their_own_and_changes_nothing(loaded: Loaded) -> None:
    pipeline = loaded.pipeline
    middle = pipeline.oltp("SELECT DATE(MIN(order_date) + INTERVAL DATEDIFF(MAX(order_date), MIN(order_date)) / 2 DAY) FROM orders")
    wanted = {"start": middle.isoformat(), "end": (middle + timedelta(days=60)).isoformat(), "window": "30 days"}
    newest_batch = "SELECT greatest((SELECT max(batch_id) FROM dwh.fact_sales), (SELECT max(batch_id) FROM dwh.fact_payments))"
    before = pipeline.dwh(newest_batch), pipeline.dwh("SELECT max(updated_at) FROM dwh.load_watermarks")
    replays = "SELECT count(DISTINCT requested_by) FROM dwh.load_batches WHERE mode = 'backfill' AND status = 'released'"
    replayed = pipeline.dwh(replays)
    run = pipeline.services.run_deployment("backfill-warehouse/ad-hoc", {"options": wanted})
    assert run.state_name == "Completed", run.state
    assert (pipeline.dwh(newest_batch), pipeline.dwh("SELECT max(updated_at) FROM dwh.load_watermarks")) == before
    artifacts = pipeline.artifacts(run)
    assert artifacts["backfill-progress"].data == 100
    assert "2 of 2 windows are released" in str(artifacts["backfill-summary"].data)
    assert "The hash is the same: the replay changed nothing." in str(artifacts["backfill-summary"].data)
    assert pipeline.dwh(replays) == replayed + 2
    assert list(pipeline.extracts.glob("*-awaits-its-turn")) == []


@pytest.mark.timeout(600)  # four flow runs, one after the other, on a machine that may be busy
def test_a_backfill_with_a_failed_window_fails_names_it_and_goes_on_when_it_is_run_again(loaded: Loaded) -> None:
    pipeline = loaded.pipeline
    day = pipeline.oltp("SELECT DATE(MAX(order_date)) FROM orders")
    wanted = {"start": day.isoformat(), "end": (day + timedelta(days=1)).isoformat()}
    pipeline.dwh("ALTER TABLE dwh.fact_payments RENAME TO fact_payments_away")
    try:
        failed = pipeline.services.run_deployment("backfill-warehouse/ad-hoc", {"options": wanted})
    finally:
        pipeline.dwh("ALTER TABLE dwh.fact_payments_away RENAME TO fact_payments")
    assert failed.state_name == "Failed"
    assert f"Not so {day} to {day + timedelta(days=1)}: Failed. " in str(failed.state and failed.state.message)
    assert "0 of 1 windows are released" in str(pipeline.artifacts(failed)["backfill-summary"].data)
    again = pipeline.retry(failed)
    assert again.state_name == "Completed", again.state
    assert pipeline.dwh(f"SELECT count(*) FROM dwh.backfills WHERE range_start = '{day}'") == 1


def test_deploying_again_leaves_the_same_deployments(loaded: Loaded) -> None:
    before = {d.id: d.name for d in loaded.pipeline.client.read_deployments()}
    loaded.pipeline.services.deploy()
    assert {d.id: d.name for d in loaded.pipeline.client.read_deployments()} == before
    assert sorted(before.values()) == [*["ad-hoc"] * 7, "backfill", "hourly", "nightly", "weekly"]


def test_an_order_deleted_in_the_source_fails_a_comparison_until_one_with_repair_takes_it_out(loaded: Loaded) -> None:
    pipeline = loaded.pipeline
    order_id = pipeline.oltp("SELECT MAX(order_id) FROM orders WHERE status IN ('paid', 'shipped', 'delivered')")
    for table in ("payments", "order_items", "orders"):
        pipeline.oltp(f"DELETE FROM {table} WHERE order_id = {order_id}")
    compared = pipeline.services.run_deployment("reconcile-warehouse/ad-hoc")
    assert (compared.state_name, "techmarket reconcile --repair" in str(compared.state and compared.state.message)) == ("Failed", True)
    rows = json.loads(str(pipeline.artifacts(compared)["reconcile-rows"].data))
    assert {(row["belongs to"], row["row is"], row["standing"]) for row in rows} == {(f"orders {order_id}", "extra", "drift")}
    repaired = pipeline.services.run_deployment("reconcile-warehouse/ad-hoc", {"options": {"repair": True}})
    verdict = str(pipeline.artifacts(repaired)["reconcile-verdict"].data)
    assert (repaired.state_name, verdict.splitlines()[0]) == ("Completed", "# The warehouse equals the source.")
    batch_id = pipeline.dwh("SELECT max(batch_id) FROM dwh.load_batches")
    assert (repaired.name, pipeline.artifacts(repaired)["extract-progress"].data) == (f"batch {batch_id} repair", 100)
    assert pipeline.dwh(f"SELECT count(*) FROM dwh.fact_sales WHERE order_id = {order_id}") == 0
