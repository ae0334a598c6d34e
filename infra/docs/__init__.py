"""Documents that are rendered from declarations, and the documentation site.

``infra.versions`` may import it. It imports no other folder of ``infra``.
"""
