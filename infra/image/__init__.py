"""The container image.

Imports ``infra.local``; ``infra.stack`` may import it.
"""
