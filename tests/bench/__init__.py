"""Benchmarks against other ways to do the same; ``make bench`` writes docs/performance.md."""
