"""The statuses of an order, and the one definition of a recognised sale."""

STATUSES = ("new", "paid", "shipped", "delivered", "cancelled", "returned")
"""Every status that the order system knows."""

RECOGNISED_STATUSES = ("paid", "shipped", "delivered")
"""Statuses in which an order's lines are sales, and in which its payments must add up to its total."""
