"""The server and its worker live for a session; databases, pipeline and browser for a module."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient
from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from infra.demo.data_docs_site import DataDocsSite
from infra.demo.databases import prepared_databases, write_settings
from infra.demo.prefect_services import PrefectServices
from infra.local.databases import fresh_database
from infra.local.servers import LOCAL
from techmarket.seed import History, generate
from tests.support.browser.chromium import Tab, chromium
from tests.support.orchestration.operated_pipeline import DeployedPipeline, Pipeline
from tests.support.servers.worker_servers import SERVERS

ORDERS = 300


@pytest.fixture(scope="session")
def prefect_services(dwh_server: URL) -> Iterator[PrefectServices]:
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    services = PrefectServices(LOCAL / SERVERS, besides=measured)
    services.directory.mkdir(parents=True, exist_ok=True)
    with fresh_database(dwh_server) as database:
        services.start_server(database)
        try:
            services.wait_for_server()
            services.start_worker()
            services.deploy()
            yield services
        finally:
            services.stop()


@pytest.fixture(scope="session")
def deployed_pipeline(prefect_services: PrefectServices, dwh_server: URL, tmp_path_factory: pytest.TempPathFactory) -> DeployedPipeline:
    @contextmanager
    def deployed(oltp_server: URL, orders: int = ORDERS) -> Iterator[Pipeline]:
        folder: Path = tmp_path_factory.mktemp("pipeline")
        with fresh_database(oltp_server) as oltp, fresh_database(dwh_server) as dwh, SyncPrefectClient(prefect_services.api_url) as client:
            # The role belongs to the server: its password is the superuser's, whichever session of tests sets it.
            databases = prepared_databases(oltp, dwh, etl_password=str(dwh.password))
            generate(create_engine(oltp, poolclass=NullPool), History(orders=orders, seed=7))
            docs = DataDocsSite(folder)
            docs_url, extracts = docs.start(), folder / "extracts"
            settings = prefect_services.directory / ".env"
            write_settings(settings, databases, data_docs_dir=docs.pages, data_docs_url=docs_url, extract_dir=extracts)
            prefect_services.run_deployment("bootstrap-warehouse/ad-hoc")
            try:
                yield Pipeline(prefect_services, client, databases, extracts, docs_url)
            finally:
                docs.stop()

    return deployed


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    profile: Path = tmp_path_factory.mktemp("chromium")
    with chromium(profile) as tab:
        yield tab
