"""What people see of a load: Data Docs, the sales report, summaries, CSV. Imports ``release`` and what that may import."""
