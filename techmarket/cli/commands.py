"""The commands: each reads its options, calls the library, and prints the outcome.

Slow imports are inside the commands, so that ``techmarket --help`` answers at once.
"""
# ruff: noqa: PLC0415, D301 - slow imports; a backslash-b begins a paragraph that help does not wrap

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from techmarket import __version__
from techmarket.cli import completion, output
from techmarket.cli.exit_codes import EXIT_CODES, described_exit_codes
from techmarket.cli.reporting import ReportingCommand, progress_bars, set_up_logging, working
from techmarket.errors import ConfigurationError, DataQualityError
from techmarket.extract.dump.request import Form

if TYPE_CHECKING:
    from techmarket.project import Project

_EXIT_CODES = "\n".join(["\b", "Exit codes:", *described_exit_codes()])
_HELP = """Carry TechMarket's orders from MySQL into the warehouse.

    Settings come from TECHMARKET_* variables or from .env; see .env.example.

    What a command made is on stdout, with --json for scripts; what went wrong
    is one message on stderr. COMMAND --help has examples of each.

    \b
    The first day:
        techmarket seed --orders 20000  # or connect your own order system
        techmarket bootstrap
        techmarket doctor
        techmarket load --full

    \b
    Each day:
        techmarket load                 # what changed
        techmarket rejects              # which rows wait, and for what
        techmarket doctor               # when something seems wrong

    \b
    Tab completes commands, options, tables and rules:
        techmarket --install-completion
    """

app = typer.Typer(name="techmarket", rich_markup_mode=None, no_args_is_help=True, pretty_exceptions_enable=False)

_ROWS_LISTED = 100
_Severities = Annotated[
    list[str] | None,
    typer.Option(
        "--severity",
        metavar="RULE=SEVERITY",
        autocompletion=completion.severities,
        help="What a broken rule does in this run alone; may be given several times.",
    ),
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def _project() -> "Project":
    """What the commands work on. The library has no rules of its own; this program passes them in."""
    from expectations import RULES
    from techmarket.model.catalog import CATALOG
    from techmarket.project import Project
    from techmarket.settings import load_settings

    return Project(CATALOG, RULES, load_settings())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is no day such as 2026-01-31."
        raise typer.BadParameter(msg) from None


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        output.say(f"techmarket {__version__}")
        raise typer.Exit


@app.callback(help=_HELP, epilog=_EXIT_CODES)
def _techmarket(
    *,
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")] = False,  # noqa: ARG001
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log each step on stderr.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the stack trace of an error.")] = False,  # noqa: ARG001 - ReportingCommand reads it
) -> None:
    set_up_logging(verbose=verbose)


@app.command(cls=ReportingCommand)
def bootstrap(*, as_json: _Json = False) -> None:
    """Create what the warehouse lacks; safe to repeat.

    That is: schemas, marts, roles and the calendar. What is loaded stays. Uses
    TECHMARKET_DWH_ADMIN_URL (a user who may create roles); gives techmarket_etl
    the password in TECHMARKET_DWH_URL, and techmarket_bi TECHMARKET_BI_PASSWORD.

    \b
    Example:
        techmarket bootstrap && techmarket doctor
    """
    from techmarket.db import addresses
    from techmarket.model.catalog import CATALOG
    from techmarket.settings import load_settings
    from techmarket.setup.bootstrap import bootstrap_warehouse

    settings = load_settings()
    with working("preparing the warehouse"):
        summary = bootstrap_warehouse(
            addresses.warehouse_admin(settings),
            catalog=CATALOG,
            today=_today(settings.business_time_zone),
            etl_password=addresses.etl_password(settings),
            bi_password=settings.bi_password,
        )
    output.print_bootstrap(summary, as_json=as_json)


@app.command(cls=ReportingCommand)
def seed(
    *,
    orders: Annotated[int, typer.Option(metavar="N", help="Number of orders; lines are about three times as many.")] = 20_000,
    number: Annotated[int, typer.Option("--seed", metavar="S", help="Seed: the same one gives the same rows.")] = 1,
    dirty: Annotated[float, typer.Option(min=0, max=1, metavar="RATE", help="Share of bad rows, for the quality gate to find.")] = 0.0,
    until: Annotated[date | None, typer.Option(parser=_day, metavar="DATE", help="First day after the history.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Empty the order system first; then `load --new-source`.")] = False,
    sample: Annotated[bool, typer.Option("--sample", help="Load the small hand-readable sample instead, if there is no row yet.")] = False,
    as_json: _Json = False,
) -> None:
    """Make an order system to try the pipeline on.

    Creates the tables that are missing, fills them, and gives the user of
    TECHMARKET_OLTP_URL its reading grants and its password. Uses
    TECHMARKET_OLTP_ADMIN_URL. Never for a real order system.

    \b
    Examples:
        techmarket seed --sample
        techmarket seed --orders 100000 --seed 7 --dirty 0.001 --replace
    """
    from techmarket.db import addresses
    from techmarket.seed import History, create_reader, create_schema, generate, load_sample
    from techmarket.seed.history import DEFAULT_UNTIL
    from techmarket.settings import load_settings

    settings = load_settings()
    admin, reader = addresses.source_admin(settings), addresses.source_reader(settings)
    create_schema(admin)
    summary = None
    if sample:
        load_sample(admin)
    else:
        with progress_bars() as progress:
            summary = generate(
                admin,
                History(
                    orders=orders, seed=number, dirty=dirty, until=until or DEFAULT_UNTIL, time_zone=ZoneInfo(settings.business_time_zone)
                ),
                replace=replace,
                progress=progress,
            )
    create_reader(admin, user=reader.user, password=reader.password)
    output.print_seeded(summary, reader=reader.user, as_json=as_json)


@app.command(cls=ReportingCommand)
def load(
    *,
    full: Annotated[bool, typer.Option("--full", help="Read every row, not only what changed.")] = False,
    allow_mass_delete: Annotated[
        bool, typer.Option("--allow-mass-delete", help="Let this load remove more than TECHMARKET_MAX_DELETE_SHARE of a table.")
    ] = False,
    new_source: Annotated[
        bool,
        typer.Option(
            "--new-source", help="Make the warehouse equal to an order system that is another one, was restored, or has other keys."
        ),
    ] = False,
    severity: _Severities = None,
    as_json: _Json = False,
) -> None:
    """Carry one batch into the warehouse.

    Readers of the warehouse see the whole batch or none of it. Rows that break
    a critical rule wait in quarantine; see `techmarket rejects`.

    \b
    Examples:
        techmarket load               # what changed since the last load
        techmarket load --full        # everything
        techmarket load --severity orders.status_known=warning
        techmarket -v load --json | jq .verdict
    """
    from techmarket.db import addresses
    from techmarket.load.load import load as run_load
    from techmarket.model.modes import Mode
    from techmarket.project import LoadRequest
    from techmarket.quality.rules.severities import parsed_severities

    project = _project()
    with progress_bars() as progress:
        request = LoadRequest(
            Mode.FULL if full or new_source else Mode.INCREMENTAL,
            allow_mass_delete=allow_mass_delete,
            new_source=new_source,
            severities=parsed_severities(severity or ()),
        )
        result = run_load(addresses.databases(project.settings), project, request, progress=progress)
    output.print_load(result, as_json=as_json)


@app.command(cls=ReportingCommand)
def import_export(
    *,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Directory of the export: one file a table.")],
    taken_at: Annotated[str, typer.Option(metavar="INSTANT", help="When the export began, with its time zone: 2026-11-25T02:00:00+02:00.")],
    time_zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Zone of the session that wrote it; default: UTC, as mysqldump sets.")
    ] = None,
    form: Annotated[Form | None, typer.Option("--format", help="How the files are written; by default, detected.")] = None,
    catalog_order: Annotated[
        bool, typer.Option("--catalog-order", help="Files without column names have the catalogue's columns, in its order.")
    ] = False,
    without_checksums: Annotated[
        bool, typer.Option("--without-checksums", help="Accept an export without SHA256SUMS; a truncated file goes unnoticed.")
    ] = False,
    allow_mass_delete: Annotated[
        bool, typer.Option("--allow-mass-delete", help="Let this load remove more than TECHMARKET_MAX_DELETE_SHARE of a table.")
    ] = False,
    severity: _Severities = None,
    as_json: _Json = False,
) -> None:
    """Carry an export of the order system into the warehouse.

    For days on which the order system cannot be reached. DIR was made by
    `mysqldump --tab`, or by SELECT ... INTO OUTFILE, tab or CSV, packed with
    gzip or not; docs/runbook.md has the commands. It is loaded like
    `techmarket load --full`: the whole of it or nothing.

    \b
    Examples:
        techmarket import-export /data/export --taken-at 2026-11-25T02:00:00+02:00
        techmarket import-export /data/export --taken-at 2026-11-25T00:00:00Z \\
            --time-zone Europe/Kyiv --catalog-order
    """
    from techmarket.db import addresses
    from techmarket.extract.dump.request import ExportRequest
    from techmarket.load.load import import_export as load_export
    from techmarket.project import LoadRequest
    from techmarket.quality.rules.severities import parsed_severities

    project = _project()
    request = ExportRequest(
        directory=directory,
        taken_at=_instant(taken_at),
        time_zone=time_zone,
        form=form,
        catalog_order=catalog_order,
        without_checksums=without_checksums,
    )
    with progress_bars() as progress:
        result = load_export(
            request,
            addresses.warehouse(project.settings),
            project,
            LoadRequest(allow_mass_delete=allow_mass_delete, severities=parsed_severities(severity or ())),
            progress=progress,
        )
    output.print_load(result, as_json=as_json)


@app.command(cls=ReportingCommand)
def reconcile(
    *,
    repair: Annotated[bool, typer.Option("--repair", help="Load the rows that differ again, then compare once more.")] = False,
    allow_mass_delete: Annotated[
        bool, typer.Option("--allow-mass-delete", help="With --repair: let it delete all rows that the source lacks.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Prove that the warehouse equals the source.

    Or find the rows that differ. Both databases hash their lines, payments and
    customers by ranges of keys; only unequal ranges are read. Rows that the next
    load brings (pending) or that are in quarantine (held) count separately.

    Ends with 0 when nothing else differs, or no longer does; else with 10.

    \b
    Examples:
        techmarket reconcile
        techmarket reconcile --repair
        techmarket reconcile --json | jq '.found.tables'
    """
    from techmarket.db import addresses
    from techmarket.reconcile.repair import reconcile as compare_and_repair

    project = _project()
    with progress_bars() as progress:
        done = compare_and_repair(
            addresses.databases(project.settings), project, repair=repair, allow_mass_delete=allow_mass_delete, progress=progress
        )
    output.print_reconciliation(done, as_json=as_json)
    done.outcome.require_equal()


@app.command(cls=ReportingCommand)
def check(
    extract_id: Annotated[
        str | None,
        typer.Argument(metavar="EXTRACT", autocompletion=completion.extracts, help="Sealed extract below TECHMARKET_EXTRACT_DIR."),
    ] = None,
    *,
    severity: _Severities = None,
    as_json: _Json = False,
) -> None:
    """Try the rules without releasing anything.

    Checks a sealed extract, or what the newest load left in staging, and writes
    a page of the Data Docs. Nothing is released or rejected; rules that are off
    are tried as warnings. Ends with 4 when a load would be blocked.

    \b
    Examples:
        techmarket check
        techmarket check 20261122T030000Z-1a2b3c
        techmarket check --severity orders.total_matches_lines=critical_row
    """
    from techmarket.db import addresses
    from techmarket.extract.sealed import open_sealed
    from techmarket.load.check import check as try_rules
    from techmarket.quality.rules.severities import parsed_severities

    project = _project()
    with working("checking the rules"):
        extract = open_sealed(project.settings.extract_dir / extract_id, project.catalog) if extract_id else None
        found = try_rules(addresses.warehouse(project.settings), project, extract, severities=parsed_severities(severity or ()))
    output.print_check(found.report, found.page, as_json=as_json)
    if found.report.blocked_by:
        raise typer.Exit(EXIT_CODES[DataQualityError])


@app.command(cls=ReportingCommand)
def backfill(
    *,
    start: Annotated[date, typer.Option(parser=_day, metavar="DATE", help="First order date to replay.")],
    end: Annotated[date, typer.Option(parser=_day, metavar="DATE", help="First order date after the range.")],
    window: Annotated[
        str, typer.Option(metavar="SIZE", autocompletion=completion.windows, help="A window: month, week, day or such as '10 days'.")
    ] = "month",
    restart: Annotated[bool, typer.Option("--restart", help="Replay windows again that were released before.")] = False,
    allow_mass_delete: Annotated[
        bool, typer.Option("--allow-mass-delete", help="Let a window remove more than TECHMARKET_MAX_DELETE_SHARE of a table.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Replay a range of order dates, window after window.

    Afterwards the warehouse has the orders of the range as the order system has
    them: damaged rows are corrected, orders deleted there are removed. Watermarks
    do not move. Prints the hash of the range's facts before and after. Run again,
    it resumes with the windows that are not released.

    \b
    Examples:
        techmarket backfill --start 2026-01-01 --end 2026-02-01
        techmarket backfill --start 2025-01-01 --end 2026-01-01 --window week
    """
    from techmarket.backfill.run import backfill as replay
    from techmarket.backfill.windows import BackfillRange
    from techmarket.db import addresses

    project, wanted = _project(), BackfillRange(start, end, window)
    with progress_bars() as progress:
        report = replay(
            addresses.databases(project.settings), project, wanted, restart=restart, allow_mass_delete=allow_mass_delete, progress=progress
        )
    output.print_backfill(report, as_json=as_json)
    report.require_complete()


@app.command(cls=ReportingCommand)
def rejects(
    *,
    table: Annotated[
        str | None, typer.Option(metavar="TABLE", autocompletion=completion.tables, help="Only rows of this source table.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option(metavar="RULE", autocompletion=completion.rules, help="Only rows that break this rule; explains it.")
    ] = None,
    order: Annotated[int | None, typer.Option(metavar="ORDER_ID", help="Only rows of this order.")] = None,
    since: Annotated[date | None, typer.Option(parser=_day, metavar="DATE", help="Only rows rejected on this day, UTC, or later.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="List the rows of all rules.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Rows at most, the oldest first; listed are 100.")] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write all of them to a file for a spreadsheet.")] = None,
    personal: Annotated[bool, typer.Option("--personal", help="Show personal data, which is hidden otherwise.")] = False,
    as_json: _Json = False,
) -> None:
    """Show the rows that wait in quarantine.

    Without an option: how many, by table and rule. Each load tries them again;
    mend them in the order system.

    \b
    Examples:
        techmarket rejects
        techmarket rejects --rule orders.status_known
        techmarket rejects --order 4711 --personal
        techmarket rejects --since 2026-11-01
        techmarket rejects --all --json | jq -r '.[].row_key'
        techmarket rejects --table orders --csv orders.csv
    """
    from techmarket.db import addresses
    from techmarket.db.driver_errors import typed_errors
    from techmarket.publish.rejects_csv import write_csv
    from techmarket.quality.quarantine import rejects as quarantine

    project = _project()
    explanation = quarantine.explain_rule(rule, project.rules) if rule else None
    with typed_errors("Reading the quarantine"), addresses.warehouse(project.settings).connect() as connection:
        if not (everything or table or rule or since or csv_file or order is not None):
            output.print_reject_counts(quarantine.count_rejects(connection), as_json=as_json)
            return
        rows = quarantine.list_rejects(
            connection,
            project.catalog,
            quarantine.RejectFilter(
                table=table,
                rule=rule,
                order_id=order,
                since=datetime.combine(since, time(), UTC) if since else None,
                limit=limit or (None if csv_file else _ROWS_LISTED),
            ),
            personal=personal,
        )
    if csv_file:
        write_csv(csv_file, rows, project)
        output.say(f"{len(rows):,} rejected rows are in {csv_file}.")
    else:
        output.print_rejects(rows, explanation=explanation, limit=limit or _ROWS_LISTED, as_json=as_json)


@app.command("report", cls=ReportingCommand)
def write_sales_report(*, as_json: _Json = False) -> None:
    """Write the newest load's sales report again.

    Each load writes one. This command writes it from the current warehouse, such
    as after an upgrade or on another machine, and replaces an existing page.

    \b
    Examples:
        techmarket report
        xdg-open "$(techmarket report --json | jq -r .page)"
    """
    from techmarket.db import addresses
    from techmarket.publish.sales_report.publishing import write_newest_report
    from techmarket.settings import load_settings

    settings = load_settings()
    with working("reading the figures"):
        report = write_newest_report(addresses.warehouse(settings), settings=settings)
    if report is None:
        msg = "No load has been released yet, so there are no sales to report. Next: run `techmarket load --full`."
        raise ConfigurationError(msg)
    output.print_sales_report(report, as_json=as_json)


@app.command(cls=ReportingCommand)
def doctor(*, as_json: _Json = False) -> None:
    """Check everything that a load depends on.

    Each line says ok, warn (loads work, but act) or fail (a load would fail),
    with a remedy. Ends with 0 when nothing fails, else with 2.

    \b
    Example:
        techmarket doctor --json | jq '.[] | select(.level != "ok")'
    """
    from techmarket.setup.doctor import examine
    from techmarket.setup.doctor.finding import Level

    project = _project()
    with working("looking at the source, the warehouse and this machine"):
        findings = examine(project)
    output.print_findings(findings, as_json=as_json)
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(EXIT_CODES[ConfigurationError])


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is no instant. Next: write one such as 2026-11-25T02:00:00+02:00."
        raise ConfigurationError(msg) from None


def _today(time_zone: str) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(time_zone)).date()
