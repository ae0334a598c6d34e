"""A release: what must hold before it is tagged (``make release-check``), and the warehouse it leaves to the upgrades after it."""
