"""What analysts open the warehouse with, ``docs/bi``: rendered from the DDL, its comments, and the model and figures declared here."""
