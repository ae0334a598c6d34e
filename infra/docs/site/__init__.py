"""The documentation as a site: ``make docs`` builds it from ``docs/`` and the root's pages, and checks what came of it."""
