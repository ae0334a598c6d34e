"""Kinds, severities and texts of rules."""
