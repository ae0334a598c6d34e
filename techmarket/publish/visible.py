"""The source's values as text that a terminal or spreadsheet shows instead of obeying."""


def visible(text: str, *, allowed: str = "") -> str:
    r"""Escape control characters and invisible ones, such as ``\x1b``, except ``allowed``."""
    return "".join(char if char.isprintable() or char in allowed else char.encode("unicode_escape").decode("ascii") for char in text)
