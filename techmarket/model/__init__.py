"""Declared tables, star, columns and modes. No input or output. Imports nothing; everything may import it."""
