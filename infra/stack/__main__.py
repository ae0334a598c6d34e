"""``python -m infra.stack up|down``, which ``make up`` and ``make down`` call."""

import sys
from pathlib import Path

import typer
from rich.console import Console

from infra.local.proxies import bypass_proxies
from infra.stack.engine import is_available
from infra.stack.settings_file import adopt_settings_file
from infra.stack.stack import Stack
from infra.stack.starting import start
from techmarket.errors import TechMarketError

app = typer.Typer(help="The whole pipeline in containers on this machine.", add_completion=False)

_SETTINGS = Path(__file__).resolve().with_name(".env")
_EARLIER_SETTINGS = _SETTINGS.parents[1] / ".env"
_STACK = Stack("techmarket", _SETTINGS)


def _print_addresses(stack: Stack, console: Console) -> None:
    databases = (
        f"\nOrder system    127.0.0.1:{stack.port('oltp')}, MySQL, user techmarket_reader"
        f"\nWarehouse       127.0.0.1:{stack.port('warehouse')}, PostgreSQL, database techmarket; analysts: user techmarket_bi"
    )
    console.print(
        f"\nPrefect UI      {stack.api_url.removesuffix('/api')}/runs"
        f"\nData Docs       {stack.site_url}/data-docs/index.html, from the first load on"
        f"\nSales report    {stack.site_url}/data-docs/sales/index.html, likewise"
        f"{databases if stack.has_databases else ''}"
        f"\nPasswords       {stack.settings_file}"
        "\n\nLoad with"
        f"\n    PREFECT_API_URL={stack.api_url} .venv/bin/prefect deployment run 'load-warehouse/ad-hoc' --watch"
        "\nStop everything with `make down`; the data stay. docs/docker.md says more.",
        highlight=False,
        soft_wrap=True,
    )


@app.command()
def up() -> None:
    """Build, start, bootstrap and deploy; safe to repeat and after an upgrade."""
    console = Console()
    start(_STACK, console)
    _print_addresses(_STACK, console)


@app.command()
def down() -> None:
    """Stop the stack; its data stay."""
    if _STACK.settings_file.exists() and is_available():
        typer.echo("Stopped the stack" if _STACK.stop() else "The stack did not run")


def main() -> None:
    """Run a command. Expected errors have no stack trace."""
    bypass_proxies()
    adopt_settings_file(_SETTINGS, earlier=_EARLIER_SETTINGS)
    try:
        app()
    except TechMarketError as exc:
        typer.echo(exc, err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
