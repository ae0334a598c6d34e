"""Rendered documents and the documentation site.

``infra.versions`` may import it; it imports no other folder of ``infra``. Paths are relative to the repository's root.
"""
