"""Benchmarks; ``make bench`` writes docs/performance.md."""
