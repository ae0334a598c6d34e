"""``docs/bi``: files for Power BI and Tableau."""
