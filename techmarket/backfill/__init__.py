"""Backfill: the replay of a range of order dates, window by window, through the same gate and release as every load.

A window asks for the orders that the source has in it and for those that the warehouse has in it, so that afterwards both have the
same. It moves no watermark. What is done stands in the ledger, so that a backfill that was stopped goes on where it was.
"""
