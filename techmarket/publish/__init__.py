"""What people see of a load. Imports ``release`` and what that may import; ``load`` may import it."""
