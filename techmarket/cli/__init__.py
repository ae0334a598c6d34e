"""The command line ``techmarket``."""

from techmarket.cli.commands import app


def main() -> None:
    """Run the command that ``sys.argv`` names; ends the process with its exit code."""
    app()
