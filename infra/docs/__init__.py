"""Documents: what ``make render`` and ``make diagrams`` write into ``docs/``, and the documentation site.

``infra.versions`` may import it. It imports no other folder of ``infra``. Paths are relative to the repository's root.
"""
