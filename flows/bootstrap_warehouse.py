"""What must be there before the first load; safe to repeat, and to run after an upgrade."""

from prefect import flow

from tasks.setup import limit_readers, prepare_warehouse, save_connections
from tasks.supervision import guard_runs, send_alerts


@flow(name="bootstrap-warehouse", flow_run_name="bootstrap")
def bootstrap_warehouse() -> None:
    """Prepare the warehouse and the Prefect server for loads.

    Creates the schemas, marts, roles and calendar that are missing, saves the connections of deployed runs, limits how many
    extracts may read the order system at once, and installs what ends dead runs and sends alerts.
    """
    save_connections()
    prepare_warehouse()
    limit_readers()
    guard_runs()
    send_alerts()
