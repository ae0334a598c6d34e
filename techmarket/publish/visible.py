"""Values of the source as text that a terminal or a spreadsheet shows and does not obey."""


def visible(text: str, *, allowed: str = "") -> str:
    r"""Write characters without a shape, but those ``allowed``, as escapes such as ``\x1b``: control characters, blanks of no width."""
    return "".join(char if char.isprintable() or char in allowed else char.encode("unicode_escape").decode("ascii") for char in text)
