"""``python -m infra.local up|down|clean``: starts, stops or removes the private servers."""

import logging
import sys
from typing import Annotated

import typer

from infra.local.servers import private_servers, remove_all, stop_all
from techmarket.errors import TechMarketError

app = typer.Typer(help="Private database servers of this checkout, below .local/.", add_completion=False)
Name = Annotated[str, typer.Option(help="Which servers: the folder below .local/.")]


@app.command()
def up(name: Name = "demo") -> None:
    """Create and start both servers, and print their addresses without passwords."""
    for server in private_servers(name):
        typer.echo(f"{server.process.name}: {server.ensure()}")


@app.command()
def down(name: Name = "demo") -> None:
    """Stop all processes of .local/NAME; data stay."""
    typer.echo(f"Stopped: {', '.join(stop_all(name)) or 'nothing ran'}")


@app.command()
def clean() -> None:
    """Stop all processes of .local, and remove it with its data."""
    typer.echo(f"Stopped: {', '.join(remove_all()) or 'nothing ran'}. Removed .local")


def main() -> None:
    """Run a command. Expected errors have no stack trace."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        app()
    except TechMarketError as exc:
        typer.echo(exc, err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
