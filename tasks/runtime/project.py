"""What deployed runs work with, and what they call themselves."""

from prefect import runtime

from expectations import RULES
from techmarket.ledger.batches import process_name
from techmarket.model.catalog import CATALOG
from techmarket.project import Project
from techmarket.settings import load_settings


def project() -> Project:
    """The declared tables, the rules and this process's settings."""
    return Project(CATALOG, RULES, load_settings())


def requested_by() -> str:
    """Who runs this, for the ledger and for whoever is turned away: host, process and flow run."""
    return f"{process_name()}, flow run {runtime.flow_run.id}"
