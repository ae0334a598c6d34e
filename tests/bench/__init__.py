"""How fast the pipeline is, side by side with other ways to do the same: ``make bench`` writes docs/performance.md."""
