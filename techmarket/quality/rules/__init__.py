"""Rules: their kinds, severities and texts. ``expectations`` declares rules with these classes."""
