"""The Data Docs anew: after an upgrade, after a severity was changed, or when the folder was lost."""

from prefect import flow

from tasks.publish import rebuild_site


@flow(name="publish-quality-docs", flow_run_name="publish the Data Docs")
def publish_quality_docs() -> None:
    """Write all pages of the Data Docs again, from the reports kept beside them and, where those are gone, from the ledger."""
    rebuild_site()
