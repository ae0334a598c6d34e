"""What tasks run on: retries, connections, the batch of a flow run, artifacts, automations, where extract and staging run."""
