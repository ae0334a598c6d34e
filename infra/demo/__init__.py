"""``make demo``: the main job end to end, on private servers, with nothing written outside ``.local/``."""
