"""The project's container image: its Dockerfile, entry point, tag and build.

``infra.stack`` may import it. It imports ``infra.local``.
"""
