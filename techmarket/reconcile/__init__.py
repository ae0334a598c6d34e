"""Compares source and warehouse by hashes of key ranges, down to single rows."""
