"""``make docs``: the documentation site, built with MkDocs and checked."""
