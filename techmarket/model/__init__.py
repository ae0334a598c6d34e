"""Declared tables, columns and modes. No input or output. Everything may import it."""
