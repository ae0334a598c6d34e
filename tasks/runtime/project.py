"""The project of deployed runs, and their name in the ledger."""

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
    """Host, process and flow run of this load, for the ledger and for the error of a load that is refused."""
    return f"{process_name()}, flow run {runtime.flow_run.id}"
