"""The order of a load's steps, however it runs. Imports all stages; what runs loads imports it."""
