"""``make docs``: the documentation site, built and checked."""
