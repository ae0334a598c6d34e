"""The gate: checks every rule on the staged tables and gives the verdict."""
