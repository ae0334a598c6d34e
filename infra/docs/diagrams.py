"""``python -m infra.docs.diagrams``: draws ``docs/diagrams``.

A test compares the text's hash in a picture: layouts differ between Graphviz versions.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from techmarket.errors import ConfigurationError

DIAGRAMS = Path("docs/diagrams")


def mark_of(source: Path) -> str:
    """The comment that identifies a picture's text."""
    return f"<!-- Drawn by `make diagrams` from {source.name}, SHA-256 {hashlib.sha256(source.read_bytes()).hexdigest()} -->"


def draw(source: Path) -> str:
    """The picture as SVG.

    Raises:
        ConfigurationError: Graphviz is missing or rejects the text.
    """
    try:
        drawn = subprocess.run(["dot", "-Tsvg", str(source)], check=True, capture_output=True, text=True)  # noqa: S607 - found on PATH
    except FileNotFoundError:
        msg = "Graphviz, which draws the diagrams, is not installed. Next: apt-get install graphviz."
        raise ConfigurationError(msg) from None
    except subprocess.CalledProcessError as exc:
        msg = f"{source} cannot be drawn: {exc.stderr.strip()}. Next: correct it."
        raise ConfigurationError(msg) from None
    return mark_of(source) + "\n" + drawn.stdout[drawn.stdout.index("<svg") :]


def main() -> None:
    """Draw all diagrams."""
    try:
        for source in sorted(DIAGRAMS.glob("*.dot")):
            source.with_suffix(".svg").write_text(draw(source), encoding="utf-8")
    except ConfigurationError as exc:
        sys.exit(str(exc))


if __name__ == "__main__":
    main()
