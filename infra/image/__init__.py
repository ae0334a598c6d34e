"""The container image: Dockerfile, entry point, tag and build.

``infra.stack`` may import it. It imports ``infra.local``.
"""
