"""The statuses of an order."""

STATUSES = ("new", "paid", "shipped", "delivered", "cancelled", "returned")

RECOGNISED_STATUSES = ("paid", "shipped", "delivered")
"""Statuses in which an order's lines are sales, and its payments must add up to its total."""
