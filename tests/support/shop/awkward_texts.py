"""Texts that files, COPY, statements and terminals can misread."""

AWKWARD = (
    "", "\\N", "NULL", "\\", "\\\\", "\\.", "\t", "\n", "\r", "\r\n", "a\tb\nc\\td", "tail\\", "\\\n", "\\\t", '"', '""', '","', '\\"', ",",
    "'\"`;--", "%s %(x)s :name", "0", "\\0", "\\x41\\101\\b", "\x01\x08\x0b\x0c\x1a\x7f", "Київ, їжак Ґава",
    "👩‍👩‍👧‍👦 \U0001f1fa\U0001f1e6", "trailing ", " leading", "\ufeff", "\u2028",
)  # fmt: skip
WITH_NUL = ("\0", "a\0b")
"""PostgreSQL's text cannot hold these."""
