"""What tasks share: retries, connections, the flow run's batch, artifacts, automations, and where extract and staging run."""
