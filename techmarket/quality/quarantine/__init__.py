"""Rejected rows: recorded, listed, resolved when they pass."""
