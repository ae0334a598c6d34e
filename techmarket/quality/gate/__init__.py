"""The gate checks the staged tables and gives a verdict."""
