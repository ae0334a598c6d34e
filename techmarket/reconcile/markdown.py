"""A comparison's verdict as a page."""

from techmarket.reconcile.disposition import Disposition
from techmarket.reconcile.report import MOST_LISTED, ReconcileReport

# One line a paragraph, as the Prefect UI needs.
_WORDS = """
- **missing**: the source has the row, the warehouse lacks it. **extra**: the warehouse has it, the source no longer does. \
**different**: both have it, and a compared column differs. These are drift: no routine load mends them.
- **pending**: changed in the source since the last load; the next one brings it.
- **held**: in quarantine, by itself or with its order; the warehouse keeps its last good version until the steward has mended the row.

Not compared, because every load reads them whole: regions, employees, categories and products. Nor is a line's cost, which the source \
does not know.
"""


def verdict_markdown(report: ReconcileReport, *, repaired_by: int | None = None) -> str:
    """Compared tables, verdict and remedy; ``repaired_by``: the batch that repaired earlier findings."""
    rows = [table.as_row() for table in report.tables]
    head = [" | ".join(rows[0]), " | ".join(["---"] + ["---:"] * (len(rows[0]) - 1))]
    body = [" | ".join(value if isinstance(value, str) else f"{value:,}" for value in row.values()) for row in rows]
    table = "\n".join(f"| {line} |" for line in (*head, *body))
    repaired = f" Batch {repaired_by} has repaired what differed before." if repaired_by else ""
    return (
        f"# {report.verdict()}\n\nCompared at {report.compared_at:%Y-%m-%d %H:%M:%S} UTC, by the source's clock.{repaired}"
        f"\n\n{table}\n{_WORDS}\n## What to do\n\n{_advice(report)}\n"
    )


def _advice(report: ReconcileReport) -> str:
    if report.drift:
        return (
            f"Look at the rows, of which the first {MOST_LISTED} are listed. If the source lacks some that it should have, mend the source."
            " If it is right, repair exactly what differs: `techmarket reconcile --repair`, or"
            " `prefect deployment run reconcile-warehouse/ad-hoc --param options='{\"repair\": true}'`."
        )
    waiting = {kind: sum(table.count(kind) for table in report.tables) for kind in (Disposition.PENDING, Disposition.HELD)}
    advice = ["Nothing."]
    if waiting[Disposition.PENDING]:
        advice = ["Nothing: the next load brings what is pending."]
    if waiting[Disposition.HELD]:
        advice.append("`techmarket rejects` shows what is held.")
    return " ".join(advice)
