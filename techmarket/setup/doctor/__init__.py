"""The doctor checks a load's needs, and names remedies."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import sqlalchemy as sa

from techmarket.db import addresses
from techmarket.db.driver_errors import typed_errors
from techmarket.errors import TechMarketError
from techmarket.project import Project
from techmarket.settings import Settings
from techmarket.setup.doctor.finding import Finding, Level, ok
from techmarket.setup.doctor.identity_check import identity
from techmarket.setup.doctor.machine_checks import machine_checks
from techmarket.setup.doctor.running import Check, failed, run_checks
from techmarket.setup.doctor.source_checks import source_checks
from techmarket.setup.doctor.warehouse_checks import warehouse_checks

Checks = Callable[[sa.Connection, Project], Mapping[str, Check]]


def examine(project: Project) -> list[Finding]:
    """Check order system, warehouse and machine. Problems are findings, never exceptions."""
    databases = [
        *_examine_database("source", addresses.source, source_checks, project),
        *_examine_database("warehouse", addresses.warehouse, warehouse_checks, project),
    ]
    works = all(finding.level is not Level.FAIL for finding in databases)
    return [
        *databases,
        *(run_checks("source", {"identity": partial(identity, project)}) if works else ()),
        *run_checks("machine", machine_checks(project.settings)),
    ]


def _examine_database(area: str, make_engine: Callable[[Settings], sa.Engine], checks: Checks, project: Project) -> Iterator[Finding]:
    """Only one finding if the connection fails."""
    name = f"{area}: connection"
    try:
        with typed_errors("Connecting"):
            connection = make_engine(project.settings).connect()
    except TechMarketError as exc:
        yield failed(exc).named(name)
        return
    # A failed statement must not abort the next check.
    with connection.execution_options(isolation_level="AUTOCOMMIT"):
        yield ok(f"{connection.engine.url.host}:{connection.engine.url.port}").named(name)
        yield from run_checks(area, checks(connection, project))
