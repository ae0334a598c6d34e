"""Rebuilds the Data Docs after an upgrade, a changed severity or a lost folder."""

from prefect import flow

from tasks.publish import rebuild_site


@flow(name="publish-quality-docs", flow_run_name="publish the Data Docs")
def publish_quality_docs() -> None:
    """Write all pages of the Data Docs again, from the reports kept beside them or else from the ledger."""
    rebuild_site()
