"""``docs/bi``: files for Power BI and Tableau, from the DDL and the model and figures declared here."""
