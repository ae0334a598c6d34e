"""Creates what the first load needs; safe to repeat and after an upgrade."""

from prefect import flow

from tasks.setup import limit_readers, prepare_warehouse, save_connections
from tasks.supervision import guard_runs, send_alerts


@flow(name="bootstrap-warehouse", flow_run_name="bootstrap")
def bootstrap_warehouse() -> None:
    """Prepare the warehouse and the Prefect server for loads.

    Creates missing schemas, marts, roles and calendar, saves the connections of deployed runs, limits parallel extracts, and installs
    the automations that end dead runs and send alerts.
    """
    save_connections()
    prepare_warehouse()
    limit_readers()
    guard_runs()
    send_alerts()
