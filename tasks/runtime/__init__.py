"""What tasks share. Imports the library; ``tasks`` and ``flows`` import it."""
