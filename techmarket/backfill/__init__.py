"""Backfill: replays order dates by windows, each through gate and release.

A window reads its orders in source and warehouse, so that both agree afterwards. It moves no watermark. A stopped backfill resumes after
its finished windows (docs/adr/0012-backfill-windows.md).

Imports ``load`` and the stages; ``cli``, ``tasks`` and ``flows`` import it.
"""
