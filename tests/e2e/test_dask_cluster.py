from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import URL
from sqlalchemy.pool import NullPool

from techmarket.release.certificate import Certificate
from tests.support.orchestration.local_cluster import Cluster, local_cluster
from tests.support.orchestration.operated_pipeline import DeployedPipeline, Pipeline
from tests.support.waiting import wait_until
from tests.support.warehouse.warehouse_comparison import assert_all_equal
from tests.support.warehouse.warehouse_model import WarehouseModel

_HELD = 20_261_128
"""Advisory lock that makes COPY into stg.order_items wait."""
_HOLD_COPY = f"""
CREATE FUNCTION public.wait_for_test() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_xact_lock_shared({_HELD}); RETURN NULL; END';
CREATE TRIGGER wait_for_test BEFORE INSERT ON stg.order_items FOR EACH STATEMENT EXECUTE FUNCTION public.wait_for_test();
"""
_WAITING = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {_HELD} AND NOT granted"


@pytest.fixture(scope="module")
def pipeline(deployed_pipeline: DeployedPipeline, mariadb_server: URL) -> Iterator[Pipeline]:
    with deployed_pipeline(mariadb_server, orders=1_200) as pipeline:
        pipeline.dwh(_HOLD_COPY)
        yield pipeline


@pytest.fixture
def cluster(pipeline: Pipeline, tmp_path: Path) -> Iterator[Cluster]:
    """Two workers with two threads each, and settings for small parts."""
    folder = pipeline.services.directory
    settings = (folder / ".env").read_text()
    environment = {"PREFECT_API_URL": pipeline.services.api_url, "PREFECT_HOME": str(folder / "prefect-home")}
    with local_cluster(folder, workers=2, environment=environment, log_folder=tmp_path) as cluster:
        many_parts = "TECHMARKET_PART_BYTES=65536\nTECHMARKET_PAGE_ROWS=200\n"
        (folder / ".env").write_text(f"{settings}TECHMARKET_DASK_SCHEDULER={cluster.address}\n{many_parts}")
        yield cluster
    (folder / ".env").write_text(settings)


@contextmanager
def held_copies(pipeline: Pipeline) -> Iterator[None]:
    with sa.create_engine(pipeline.databases.dwh_admin, poolclass=NullPool).connect() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(_HELD)))
        yield


@pytest.mark.parametrize(("victim", "extracts"), [("the one that extracts", 2), ("the one that only stages", 1)])
def test_a_load_outlives_the_death_of_a_worker(victim: str, extracts: int, pipeline: Pipeline, cluster: Cluster) -> None:
    before = set(pipeline.extracts.glob("*"))
    with held_copies(pipeline):
        run_id = pipeline.services.start_deployment("load-warehouse/ad-hoc", {"options": {"mode": "full"}})
        wait_until(lambda: pipeline.dwh(_WAITING) >= 2)
        (extracting,) = cluster.at_work_on("extract_source")
        (other,) = cluster.workers.keys() - {extracting}
        # Dask distributes the parts; one on the other worker is enough.
        wait_until(lambda: other in cluster.at_work_on("stage_part"), between=0.5)
        killed = cluster.workers[extracting if victim == "the one that extracts" else other]
        killed.kill()
        killed.wait()
    assert pipeline.services.wait_for_end(run_id).state_name == "Completed"
    assert len(set(pipeline.extracts.glob("*")) - before) == extracts  # the source is read again only where its reader died
    batch = f"FROM dwh.load_batches WHERE status = 'released' AND requested_by LIKE '%{run_id}%'"
    Certificate.from_json(pipeline.dwh(f"SELECT certificate {batch}")).require_balanced()
    warehouse = sa.create_engine(pipeline.databases.dwh_admin, poolclass=NullPool)
    model = WarehouseModel()
    model.observe(sa.create_engine(pipeline.databases.oltp_admin, poolclass=NullPool), warehouse, full=True)
    assert_all_equal(warehouse, model)
