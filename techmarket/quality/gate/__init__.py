"""The gate checks every rule on the staged tables and decides the verdict."""
