"""The documentation site: ``make docs`` builds it with MkDocs from ``docs/`` and the root's pages, and checks it."""
