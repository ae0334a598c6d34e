"""What is declared: tables, columns, modes. No input or output. Everything may import it."""
