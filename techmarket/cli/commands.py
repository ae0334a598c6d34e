"""The commands: each reads its options, calls the library, and prints what that did.

Whatever takes long to import is imported inside the commands, so that ``techmarket --help`` answers at once.
"""
# ruff: noqa: PLC0415, FBT002, D301 - imports as said above; typer makes a flag of a boolean, and of a backslash-b a block not wrapped

from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from techmarket.cli import output
from techmarket.cli.reporting import ReportingCommand, progress_bars, set_up_logging
from techmarket.errors import TechMarketError

_EXIT_CODES = "\n".join(
    ["\b", "Exit codes:", "    0  all went well", "    1  an unforeseen error"]
    + [f"{kind.exit_code:>5}  {(kind.__doc__ or '').partition(': ')[0]}" for kind in TechMarketError.__subclasses__()]
    + ["  130  interrupted"]
)
_HELP = """Carry TechMarket's orders from MySQL into the warehouse.

    Settings come from TECHMARKET_* variables or from .env; see .env.example.

    \b
    The first day:
        techmarket seed --sample      # or: --orders 20000
        techmarket bootstrap
        techmarket doctor
        techmarket load --full
    """

app = typer.Typer(name="techmarket", rich_markup_mode=None, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


@app.callback(help=_HELP, epilog=_EXIT_CODES)
def _techmarket(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log on stderr what is done.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the stack trace of an error.")] = False,  # noqa: ARG001 - ReportingCommand reads it
) -> None:
    set_up_logging(verbose=verbose)


@app.command(cls=ReportingCommand)
def bootstrap() -> None:
    """Create what the warehouse lacks; safe to repeat.

    That is: schemas, marts, roles and the calendar. What is loaded stays. Uses
    TECHMARKET_DWH_ADMIN_URL (a user who may create roles); gives techmarket_etl
    the password in TECHMARKET_DWH_URL, and techmarket_bi TECHMARKET_BI_PASSWORD.

    \b
    Example:
        techmarket bootstrap && techmarket doctor
    """
    from techmarket import addresses
    from techmarket.bootstrap import bootstrap_warehouse
    from techmarket.catalog import CATALOG
    from techmarket.settings import load_settings

    settings = load_settings()
    summary = bootstrap_warehouse(
        addresses.warehouse_admin(settings),
        catalog=CATALOG,
        today=_today(settings.business_time_zone),
        etl_password=addresses.etl_password(settings),
        bi_password=settings.bi_password,
    )
    output.print_bootstrap(summary)


@app.command(cls=ReportingCommand)
def load(
    full: Annotated[bool, typer.Option("--full", help="Read every row, not only what changed.")] = False,
    allow_mass_delete: Annotated[
        bool, typer.Option("--allow-mass-delete", help="Let this load remove more than TECHMARKET_MAX_DELETE_SHARE of a table.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Carry one batch into the warehouse.

    Readers of the warehouse see the whole batch or none of it. Rows that break
    a critical rule wait in quarantine; see `techmarket rejects`.

    \b
    Examples:
        techmarket load               # what changed since the last load
        techmarket load --full        # everything
        techmarket -v load --json | jq .verdict
    """
    # The library knows no rules of its own: here, where a program is put together, it is given them.
    from expectations import RULES
    from techmarket import addresses, pipeline
    from techmarket.catalog import CATALOG
    from techmarket.modes import Mode
    from techmarket.settings import load_settings

    settings = load_settings()
    with progress_bars() as on_progress:
        result = pipeline.load(
            addresses.source(settings),
            addresses.warehouse(settings),
            mode=Mode.FULL if full else Mode.INCREMENTAL,
            rules=RULES,
            catalog=CATALOG,
            settings=settings,
            on_progress=on_progress,
            allow_mass_delete=allow_mass_delete,
        )
    output.print_load(result, as_json=as_json)


@app.command(cls=ReportingCommand)
def doctor(as_json: _Json = False) -> None:
    """Look at all a load rests on, and say what to do.

    Each line says ok, warn (loads work, but act) or fail (a load would fail).
    Ends with 0 when nothing fails, else with 2.

    \b
    Example:
        techmarket doctor --json | jq '.[] | select(.level != "ok")'
    """
    from techmarket.catalog import CATALOG
    from techmarket.doctor import examine
    from techmarket.doctor.finding import Level
    from techmarket.settings import load_settings

    findings = examine(load_settings(), CATALOG)
    output.print_findings(findings, as_json=as_json)
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(2)


def _today(time_zone: str) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(time_zone)).date()
