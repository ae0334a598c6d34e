"""Backfill: replays a range of order dates, window by window, through the gate and release of every load.

A window reads its orders as the source has them and as the warehouse has them, so that both agree afterwards. It moves no watermark.
The ledger records finished windows; a stopped backfill resumes after them. See docs/adr/0012-backfill-windows.md.
"""
