"""Rejected rows: recorded by a batch, listed for the steward, resolved when they pass."""
