"""``python -m infra.demo``: seeds an order system, loads it, changes it, loads it again."""

import shutil
import sys
from collections.abc import Mapping
from datetime import datetime

from rich.console import Console
from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.pool import NullPool

from infra.demo.data_docs_site import DataDocsSite
from infra.demo.databases import DemoDatabases, emptied, fresh_databases, write_settings
from infra.demo.prefect_services import PrefectServices
from infra.demo.summary import print_summary
from infra.local.locks import exclusive_lock
from infra.local.mariadb_program import server_program
from infra.local.proxies import bypass_proxies
from infra.local.servers import LOCAL, private_servers
from infra.local.steps import Steps
from techmarket.errors import TechMarketError
from techmarket.seed import History, change_source, generate
from techmarket.seed.history import KYIV

_DIRECTORY = LOCAL / "demo"
_SETTINGS = _DIRECTORY / ".env"
_EXTRACTS = _DIRECTORY / "extracts"
_ORDERS = 20_000
_SEED = 2026
_DIRTY_SHARE = 0.002
_INTERRUPTED = 130


def run_demo(console: Console) -> None:
    """Run a full and an incremental load."""
    prefect, site = PrefectServices(_DIRECTORY), DataDocsSite(_DIRECTORY)
    mariadb, postgres = private_servers("demo")
    with Steps(console) as steps:
        with steps.step("Start PostgreSQL and Prefect"):
            dwh_server = postgres.ensure()
            site_url = _start_afresh(prefect, site, dwh_server)
        with steps.step("Find MariaDB, or download it (once)"):
            server_program(mariadb.packages)
        with steps.step("Start MariaDB"):
            databases = fresh_databases(mariadb.ensure(), dwh_server)
            write_settings(_SETTINGS, databases, extract_dir=_EXTRACTS, data_docs_dir=site.pages, data_docs_url=site_url)
        with steps.step(f"Seed the order system with {_ORDERS:,} orders") as progress:
            # Until yesterday: else the last weeks in the reports would be empty.
            generate(
                _engine(databases.oltp_admin),
                History(orders=_ORDERS, seed=_SEED, dirty=_DIRTY_SHARE, until=datetime.now(KYIV).date()),
                progress=progress,
            )
        with steps.step("Deploy the flows"):
            prefect.wait_for_server()
            prefect.start_worker()
            prefect.deploy()
        with steps.step("Bootstrap the warehouse"):
            _run(prefect, "bootstrap-warehouse/ad-hoc")
        with steps.step("Load every row"):
            _run(prefect, "load-warehouse/ad-hoc", {"options": {"mode": "full"}})
        with steps.step("Change the order system"):
            change_source(_engine(databases.oltp_admin), seed=_SEED)
        with steps.step("Load what has changed"):
            _run(prefect, "load-warehouse/ad-hoc", {"options": {"mode": "incremental"}})
    print_summary(console, _engine(databases.dwh))
    _print_addresses(console, databases, prefect_url=prefect.ui_url, data_docs_url=site_url)


def _start_afresh(prefect: PrefectServices, site: DataDocsSite, database_server: URL) -> str:
    """Delete an earlier demo; returns the Data Docs' address."""
    prefect.stop()
    for leftover in (site.pages, _EXTRACTS):
        shutil.rmtree(leftover, ignore_errors=True)
    prefect.start_server(emptied(database_server, "prefect"))
    return site.start()


def _run(prefect: PrefectServices, deployment: str, parameters: Mapping[str, object] | None = None) -> None:
    run = prefect.run_deployment(deployment, parameters)
    if run.state is None or not run.state.is_completed():
        why = run.state.message if run.state else "its state is not known"
        msg = f"{deployment} ended {run.state_name}: {why} Its log: {prefect.ui_url}/runs/flow-run/{run.id}."
        raise TechMarketError(msg)


def _engine(url: URL) -> Engine:
    return create_engine(url, poolclass=NullPool)


def _print_addresses(console: Console, databases: DemoDatabases, *, prefect_url: str, data_docs_url: str) -> None:
    console.print(
        f"\nPrefect UI      {prefect_url}/runs"
        f"\nData Docs       {data_docs_url}/index.html"
        f"\nSales report    {data_docs_url}/sales/index.html"
        f"\nOrder system    {databases.oltp}"
        f"\nWarehouse       {databases.dwh}"
        f"\nPasswords       {_SETTINGS}"
        f"\n\nTry next: open the runs in the Prefect UI and start one of load-warehouse/ad-hoc there; look at the rejected rows with"
        f"\n    cd {_DIRECTORY} && {sys.executable} -m techmarket.cli rejects"
        "\nStop everything with `make down`; `make demo` starts over.",
        highlight=False,
        soft_wrap=True,
    )


def main() -> None:
    """Run the demo, one at a time. Expected errors have no stack trace."""
    bypass_proxies()
    console = Console()
    _DIRECTORY.mkdir(parents=True, exist_ok=True)
    try:
        with exclusive_lock(_DIRECTORY / "lock"):
            run_demo(console)
    except TechMarketError as exc:
        console.print(str(exc), markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        console.print("Interrupted. What was started keeps running: `make demo` starts over, `make down` stops it.")
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
