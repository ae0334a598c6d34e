"""``docs/bi``, the files for Power BI and Tableau: rendered from the DDL, its comments, and the model and figures declared here."""
