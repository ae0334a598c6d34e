"""What commands print on stdout: tables and sentences, or JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from techmarket.cli.reporting import coloured, terminal_width, wrapped
from techmarket.cli.tables import Row, table_lines
from techmarket.publish.visible import visible

if TYPE_CHECKING:  # slow imports, needed for annotations alone
    from techmarket.backfill.report import BackfillReport
    from techmarket.load.steps import LoadResult
    from techmarket.publish.sales_report.publishing import SalesReport
    from techmarket.quality.gate.report import GateReport
    from techmarket.quality.quarantine.rejects import OpenRejectsOfRule, Reject
    from techmarket.reconcile.repair import Reconciliation
    from techmarket.reconcile.report import ReconcileReport
    from techmarket.seed import SeedSummary
    from techmarket.setup.bootstrap import BootstrapSummary
    from techmarket.setup.doctor.finding import Finding

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}
_MOST_ROWS = 50


def say(sentence: str) -> None:
    """Print a sentence, wrapped only on a terminal."""
    typer.echo(wrapped(sentence) if terminal_width() else sentence)


def print_seeded(summary: "SeedSummary | None", *, reader: str, as_json: bool) -> None:
    """Print rows inserted by table (None: the sample), and who may read them."""
    rows, dirty = (summary.rows, summary.dirty) if summary else ({}, {})
    if as_json:
        print_json({"rows": dict(rows), "dirty": {kind: len(keys) for kind, keys in dirty.items()}, "reader": reader})
        return
    print_table([{"table": table, "rows": count} for table, count in rows.items()])
    if dirty:
        typer.echo(f"{sum(map(len, dirty.values())):,} rows or more are bad, of {len(dirty)} kinds.")
    say(f"The order system is ready; {reader} may read it. Next: `techmarket bootstrap`.")


def print_bootstrap(summary: "BootstrapSummary", *, as_json: bool) -> None:
    """Print its additions."""
    if as_json:
        print_json(asdict(summary))
        return
    say(f"The warehouse is ready: {summary.days_added:,} days and {len(summary.tables_added)} source tables added.")
    if summary.migrations_applied:
        say(f"Migrations applied: {', '.join(summary.migrations_applied)}.")
    if summary.passwords_set:
        say(f"Passwords set: {', '.join(summary.passwords_set)}.")


def print_load(result: "LoadResult", *, as_json: bool) -> None:
    """Print every row's fate."""
    certificate, verdict = result.certificate, result.report.verdict
    if as_json:
        print_json({"mode": result.manifest.mode, "verdict": verdict, **certificate.as_json()})
        return
    typer.echo(f"Batch {result.batch_id} released ({result.manifest.mode}), verdict {verdict}.\n")
    # In a released batch, staged equals extracted, and every table balances.
    print_table([{name: value for name, value in row.items() if name not in {"staged", "balanced"}} for row in certificate.as_rows()])
    rejected, held = sum(result.report.rejected.values()), sum(result.report.held.values())
    if rejected:
        typer.echo()
        say(f"{rejected:,} rows were rejected and {held:,} held with their order: see `techmarket rejects`.")
    if result.sales_report:
        typer.echo(f"\nSales report: {result.sales_report}")


def print_sales_report(report: "SalesReport", *, as_json: bool) -> None:
    """Print its path."""
    if as_json:
        print_json(asdict(report))
    else:
        say(f"Sales report after batch {report.batch_id}: {report.page}")


def print_reconciliation(done: "Reconciliation", *, as_json: bool) -> None:
    """Print both comparisons."""
    if as_json:
        repaired_by = done.repair and done.repair.batch_id
        print_json({"found": done.found.as_json(), "repaired_by": repaired_by, "left": done.left and done.left.as_json()})
        return
    _print_comparison(done.found)
    if done.repair and done.left:
        typer.echo(f"\nBatch {done.repair.batch_id} has repaired that. Compared once more:\n")
        _print_comparison(done.left)


def _print_comparison(report: "ReconcileReport") -> None:
    typer.echo(f"{wrapped(report.verdict())}\n")
    print_table([table.as_row() for table in report.tables])
    rows = report.listed(_MOST_ROWS)
    if rows:
        typer.echo(f"\nRows that differ, the first {len(rows)}; --json shows more.\n")
        print_table(rows)


def print_check(report: "GateReport", page: str | None, *, as_json: bool) -> None:
    """Print broken rules."""
    broken = [{"rule": o.rule_id, "severity": o.severity, "failing_rows": o.failing_rows, "what": o.what} for o in report.failed]
    if as_json:
        print_json(
            {"batch_id": report.batch_id, "verdict": report.verdict, "blocked_by": report.blocked_by, "broken": broken, "page": page}
        )
        return
    say(f"Check {report.batch_id}: {report.verdict}, {len(broken)} of {len(report.outcomes)} rules broken. Nothing was released.")
    if broken:
        typer.echo()
    print_table([{"rule": o.rule_id, "severity": o.severity.words, "failing_rows": o.failing_rows} for o in report.failed])
    for reason in report.blocked_by:
        typer.echo(wrapped(f"A load would be blocked: {reason}"))
    if page:
        typer.echo(f"\nSee {page}")


def print_backfill(report: "BackfillReport", *, as_json: bool) -> None:
    """Print windows and facts."""
    if as_json:
        facts = {"before": report.before and report.before.as_json(), "after": report.after and report.after.as_json()}
        print_json({"backfill": report.backfill.backfill_id, "range": str(report.backfill.range), **facts, "windows": report.rows()})
        return
    resumed = " Windows that an earlier run released were left as they are." if report.backfill.is_resumed else ""
    typer.echo(f"{wrapped(report.headline() + resumed)}\n")
    print_table([{name: value for name, value in row.items() if name != "hash after"} for row in report.rows()])
    typer.echo("\n" + "\n".join(wrapped(line, " " * 8) for line in report.proof()))


def print_reject_counts(counts: Sequence["OpenRejectsOfRule"], *, as_json: bool) -> None:
    """Print quarantined rows by table and rule."""
    if as_json:
        print_json([asdict(count) for count in counts])
    elif counts:
        print_table([_as_row(count) for count in counts])
        typer.echo("\nSee the rows with `techmarket rejects --rule RULE` or `--all`.")
    else:
        typer.echo("The quarantine is empty.")


def print_rejects(rejects: Sequence["Reject"], *, explanation: str | None, limit: int, as_json: bool) -> None:
    """Print quarantined rows, and the rule's explanation."""
    if as_json:
        print_json([asdict(reject) for reject in rejects])
        return
    if explanation:
        typer.echo(wrapped(explanation) + "\n")
    if not rejects:
        typer.echo("No such row waits in quarantine.")
    for reject in rejects:
        since = f"since {_minute(reject.rejected_at)} UTC (batch {reject.first_batch_id})"
        typer.echo(wrapped(f"{reject.table} {visible(reject.row_key)}: {reject.rule}, {since}", "  "))
        typer.echo(
            wrapped("    " + ", ".join(f"{name}={value and visible(value)}" for name, value in reject.row.items()), "    ", anywhere=True)
        )
    if len(rejects) == limit:
        typer.echo(f"\nThe oldest {limit}; --limit shows more.")


def _as_row(count: "OpenRejectsOfRule") -> Row:
    times = {"oldest, UTC": _minute(count.oldest), "newest, UTC": _minute(count.newest)}
    return {"table": count.table, "rule": count.rule, "rows": count.entries, **times}


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"


def print_findings(findings: Sequence["Finding"], *, as_json: bool) -> None:
    """Print findings with remedies."""
    if as_json:
        print_json([asdict(finding) for finding in findings])
        return
    width = max(len(finding.check) for finding in findings)
    indent = " " * (width + 7)
    for finding in findings:
        text = wrapped(f"{finding.level:<5}{finding.check:<{width}}  {finding.observed}", indent)
        typer.echo(coloured(text[:5], _COLOURS[finding.level]) + text[5:])
        if finding.remedy:
            typer.echo(indent + wrapped(f"{indent}Next: {finding.remedy}.", indent).lstrip())


def print_table(rows: Sequence[Row]) -> None:
    """Print rows of equal keys, at most as wide as the terminal."""
    for line in table_lines(rows, width=terminal_width()):
        typer.echo(line)


def print_json(value: object) -> None:
    """Print JSON; other types, such as dates, as text."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
