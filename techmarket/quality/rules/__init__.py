"""What a rule is: its kinds, severities and texts. ``expectations`` declares rules with these classes."""
