"""Deployed runs' project, and their name in the ledger."""

from prefect import runtime

from expectations import RULES
from techmarket.ledger.batches import process_name
from techmarket.model.catalog import CATALOG
from techmarket.project import Project
from techmarket.settings import load_settings


def project() -> Project:
    """The catalogue, the rules and this process's settings."""
    return Project(CATALOG, RULES, load_settings())


def requested_by() -> str:
    """Host, process and flow run, for the ledger and a refused load's error."""
    return f"{process_name()}, flow run {runtime.flow_run.id}"
