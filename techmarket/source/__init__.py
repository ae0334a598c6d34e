"""The order system's side: one consistent snapshot, its safe horizon, and the check of its schema."""
