"""What commands print on stdout: tables and sentences for people, JSON for scripts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from techmarket.cli.reporting import wrapped

if TYPE_CHECKING:  # at run time they are not needed here, and take long to import
    from techmarket.backfill.report import BackfillReport
    from techmarket.bootstrap import BootstrapSummary
    from techmarket.doctor.finding import Finding
    from techmarket.pipeline import LoadResult
    from techmarket.quality.report import GateReport
    from techmarket.reconcile.repair import Reconciliation
    from techmarket.reconcile.report import ReconcileReport
    from techmarket.rejects import Reject, RejectCount
    from techmarket.sales_report.publishing import SalesReport
    from techmarket.seed import SeedSummary

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}
_MOST_ROWS = 50
Row = Mapping[str, object]


def say(sentence: str) -> None:
    """Print a sentence."""
    typer.echo(sentence)


def print_seeded(summary: "SeedSummary") -> None:
    """Print the rows made, by table."""
    dirty = sum(map(len, summary.dirty.values()))
    print_table([{"table": table, "rows": rows} for table, rows in summary.rows.items()])
    if dirty:
        typer.echo(f"{dirty:,} rows or more are bad, of {len(summary.dirty)} kinds.")


def print_bootstrap(summary: "BootstrapSummary") -> None:
    """Say what a bootstrap added."""
    typer.echo(f"The warehouse is ready: {summary.days_added:,} days and {len(summary.tables_added)} source tables added.")
    if summary.passwords_set:
        typer.echo(f"Passwords set: {', '.join(summary.passwords_set)}.")


def print_load(result: "LoadResult", *, as_json: bool) -> None:
    """Print what became of every extracted row."""
    certificate, verdict = result.certificate, result.report.verdict
    if as_json:
        print_json({"mode": result.manifest.mode, "verdict": verdict, **certificate.as_json()})
        return
    typer.echo(f"Batch {result.batch_id} released ({result.manifest.mode}), verdict {verdict}.\n")
    print_table(certificate.as_rows())
    rejected, held = sum(result.report.rejected.values()), sum(result.report.held.values())
    if rejected:
        typer.echo(f"\n{rejected:,} rows were rejected and {held:,} held with their order: see `techmarket rejects`.")
    if result.sales_report:
        typer.echo(f"\nSales report: {result.sales_report}")


def print_sales_report(report: "SalesReport", *, as_json: bool) -> None:
    """Print where the report is."""
    if as_json:
        print_json(asdict(report))
    else:
        typer.echo(f"Sales report after batch {report.batch_id}: {report.page}")


def print_reconciliation(done: "Reconciliation", *, as_json: bool) -> None:
    """Print what a comparison found and, after a repair, what a second one did."""
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
    """Print which rules are broken, and where to read more."""
    broken = [{"rule": o.rule_id, "severity": o.severity, "failing_rows": o.failing_rows, "what": o.what} for o in report.failed]
    if as_json:
        print_json(
            {"batch_id": report.batch_id, "verdict": report.verdict, "blocked_by": report.blocked_by, "broken": broken, "page": page}
        )
        return
    typer.echo(f"Check {report.batch_id}: {report.verdict}, {len(broken)} of {len(report.outcomes)} rules broken. Nothing was released.\n")
    print_table([{name: value for name, value in row.items() if name != "what"} for row in broken])
    for reason in report.blocked_by:
        typer.echo(wrapped(f"A load would be blocked: {reason}"))
    if page:
        typer.echo(f"\nSee {page}")


def print_backfill(report: "BackfillReport", *, as_json: bool) -> None:
    """Print what became of every window, and the proof of the range's facts."""
    if as_json:
        facts = {"before": report.before and report.before.as_json(), "after": report.after and report.after.as_json()}
        print_json({"backfill": report.backfill.backfill_id, "range": str(report.backfill.range), **facts, "windows": report.rows()})
        return
    resumed = " Windows that an earlier run released were left as they are." if report.backfill.is_resumed else ""
    typer.echo(f"{report.headline()}{resumed}\n")
    print_table([{name: value for name, value in row.items() if name != "hash after"} for row in report.rows()])
    typer.echo("\n" + "\n".join(report.proof()))


def print_reject_counts(counts: Sequence["RejectCount"], *, as_json: bool) -> None:
    """Print how many rows wait, by table and rule."""
    if as_json:
        print_json([asdict(count) for count in counts])
    elif counts:
        print_table([asdict(count) | {"oldest": _minute(count.oldest), "newest": _minute(count.newest)} for count in counts])
        typer.echo("\nSee the rows with `techmarket rejects --rule RULE` or `--all`.")
    else:
        typer.echo("The quarantine is empty.")


def print_rejects(rejects: Sequence["Reject"], *, explanation: str | None, limit: int, as_json: bool) -> None:
    """Print rows that wait, and what the rule asks for that was named."""
    if as_json:
        print_json([asdict(reject) for reject in rejects])
        return
    if explanation:
        typer.echo(wrapped(explanation) + "\n")
    if not rejects:
        typer.echo("No such row waits in quarantine.")
    for reject in rejects:
        typer.echo(f"{reject.table} {reject.row_key}: {reject.rule}, since {_minute(reject.rejected_at)} (batch {reject.first_batch_id})")
        typer.echo(wrapped("    " + ", ".join(f"{name}={value}" for name, value in reject.row.items()), "    "))
    if len(rejects) == limit:
        typer.echo(f"\nThe oldest {limit}; --limit shows more.")


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def print_findings(findings: Sequence["Finding"], *, as_json: bool) -> None:
    """Print one line a finding, and below it what to do."""
    if as_json:
        print_json([asdict(finding) for finding in findings])
        return
    width = max(len(finding.check) for finding in findings)
    indent = " " * (width + 7)
    for finding in findings:
        text = wrapped(f"{finding.level:<5}{finding.check:<{width}}  {finding.observed}", indent)
        typer.echo(typer.style(text[:5], fg=_COLOURS[finding.level]) + text[5:])
        if finding.remedy:
            typer.echo(indent + wrapped(f"{indent}Next: {finding.remedy}.", indent).lstrip())


def print_table(rows: Sequence[Row]) -> None:
    """Print rows of equal keys in aligned columns, numbers to the right."""
    if not rows:
        return
    cells = [list(rows[0]), *([_shown(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    numbers = [isinstance(value, int) for value in rows[0].values()]
    for line in cells:
        padded = (text.rjust(width) if number else text.ljust(width) for text, width, number in zip(line, widths, numbers, strict=True))
        typer.echo("  ".join(padded).rstrip())


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def print_json(value: object) -> None:
    """Print a value as JSON; dates and the like as text."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
