"""The one order of a load's steps, for every way of running it. Imports all stages."""
