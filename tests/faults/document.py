"""Renders docs/reliability.md from docs/reliability.json."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from textwrap import fill
from typing import Any

from tests.bench.document import circumstances
from tests.faults.attack import Outcome
from tests.faults.matrix import MATRIX, Fault
from tests.faults.soak import Soak, as_markdown

_DOCS = Path("docs")
_RECORD = _DOCS / "reliability.json"
_FEW = 4
"""Up to this many phases are listed by name."""
_ENDS = {
    0: "released",
    1: "unforeseen error",
    2: "to be corrected",
    3: "transient error",
    5: "drift",
    7: "turned away",
    8: "not checked",
    130: "interrupted",
    -6: "aborted",
    -9: "killed",
    -11: "crashed",
    -15: "terminated",
}
_HEADER = """# Reliability

*At-least-once reads, exactly-once effect: after any number of crashes, the next successful run leaves the warehouse equal to the source
at one instant, minus the rows listed in quarantine.*

`make faults` breaks `techmarket load` from outside, on real servers. A fault comes up to 30 ms after the load logs the start of a phase,
or, through a proxy, before, during or up to 3 ms after a certain statement. A few rows of a small shop change before each load. After each
fault **one** more load runs, and then all of this must hold:

- every member, both facts, every aggregate and every mart equal a model in Decimal that shares no SQL with the pipeline;
- the certificate balances; every batch in the ledger has ended, with a reason; the load lock is free; no session is in a transaction; no
  temporary object, no new relation and no partial extract is left, except a killed load's;
- no watermark is above the safe horizon of a committed release; members keep their surrogate keys;
- a load that ended with an error to be corrected changed nothing, and its message names what to do;
- a reader that polled facts and marts saw the state before or the state after, and nothing between;
- one more load changes no row.

## Faults

| fault | phases | injections | how the struck loads ended | expected | s to its end, median (most) | s to recover, median (most) |
|---|--:|--:|---|---|--:|--:|
"""
_ABOUT_FAULTS = """
Recovery lasts from the fault until the next load is done and compared. "Released" after a fault means that it came too late, that the load
worked around it (a lost part of staging is copied again), or that it did no harm.
"""
_FOOTER = """
## Tested elsewhere

| what | test |
|---|---|
| NUL, impossible dates, backslashes, tabs, `\\N`, `\\.`, quotes, emoji, huge numbers | `tests/integration/staging/test_staging_values.py` |
| rows longer than a packet, stamps from the future | `extract/test_extract.py` |
| all rows bad, and impossible rows | `quality/test_gate.py`, `cli/test_bad_input.py` |
| late commits, waiting statements, prepared transactions, boundary ties, clocks set back | `extract/test_commit_safe_watermark.py` |
| another order system, one that was restored or has other keys, a failover, a clock that is ahead | `extract/test_source_identity.py` |
| an online schema change during the read, engines without snapshots | `extract/test_extract.py` |
| settings of servers, databases and users that change results | `db/test_session_settings.py` |
| random operations, loads and deaths | `load/test_stateful.py` |
| a killed backfill | `backfill/test_backfill.py` |
| a warehouse restored from an old dump, and a cached extract | `ledger/test_restored_warehouse.py`, `tests/unit/tasks/test_tasks.py` |
| truncated sources, extracts that are too old, abandoned batches | `release/test_release_safety.py` |
| servers that fall silent, also in COPY and COMMIT | `db/test_statement_deadline.py` |
| unknown certificates | `db/test_tls.py` |
| Prefect's server gone before, during and after a run; no room for results | `tests/e2e/test_retried_runs.py` |
| cancelled runs, killed containers and workers | `tests/docker/test_broken_loads.py` |
| forged manifests and run parameters | `tests/unit/extract/test_hostile_input.py` |
| hostile exports | `tests/unit/extract/dump/` |
| names that are SQL statements | `tests/unit/model/test_catalog.py`, `extract/test_extract.py` |
| HTML in values | `tests/unit/publish/test_data_docs.py`, `publish/test_sales_report.py` |
| formulas in CSV files | `tests/unit/publish/test_rejects_csv.py` |

Fuzzing with coverage (atheris) found nothing in 262,365 inputs to the export reader, 12,160,681 to the manifest reader and 796,743 to
the reader of declarations, beyond what hypothesis tests.
"""


def write_fault(fault: Fault, seeds: Sequence[int], outcomes: Sequence[Outcome]) -> str:
    """Record a fault's findings; returns its line of the table.

    Joins earlier findings of other seeds at the same phases, else replaces them.
    """
    found = {
        "phases": [phase.name for phase in fault.phases],
        "seeds": list(seeds),
        "ended": dict(Counter(_ENDS[outcome.exit_code] for outcome in outcomes)),
        "to_end": [round(outcome.seconds_to_end, 2) for outcome in outcomes],
        "to_recover": [round(outcome.seconds_to_recover, 2) for outcome in outcomes],
    }

    def enter(parts: dict[str, Any]) -> None:
        parts["faults"][fault.name] = joined(parts["faults"].get(fault.name), found)

    return _line(fault, _write(enter)["faults"][fault.name])


def joined(before: dict[str, Any] | None, found: dict[str, Any]) -> dict[str, Any]:
    if before is None or before["phases"] != found["phases"] or set(before["seeds"]) & set(found["seeds"]):
        return found
    ended = dict(Counter(before["ended"]) + Counter(found["ended"]))
    return found | {"ended": ended} | {name: before[name] + found[name] for name in ("seeds", "to_end", "to_recover")}


def write_soak(soak: Soak) -> None:
    _write(lambda parts: parts.update(soak={"text": as_markdown(soak)}))


def write_page() -> None:
    (_DOCS / "reliability.md").write_text(page(json.loads(_RECORD.read_text(encoding="utf-8"))), encoding="utf-8")


def page(record: Mapping[str, Any]) -> str:
    recorded = [fault for fault in MATRIX if fault.name in record["faults"]]
    lines = [_line(fault, record["faults"][fault.name]) for fault in recorded]
    unrecorded = [fault.name for fault in MATRIX if fault not in recorded]
    missing = f"\nDeclared in `tests/faults/matrix.py`, but not recorded yet: {'; '.join(unrecorded)}.\n" if unrecorded else ""
    struck = "".join(_struck(fault.name, record["faults"][fault.name]["phases"]) for fault in recorded)
    text = _HEADER + "\n".join(lines) + "\n" + _ABOUT_FAULTS + missing + struck + "\n## A soak\n\n" + record["soak"]["text"]
    return text + "\nMeasured until {measured_at} on {machine}.\n".format(**record) + _FOOTER


def _write(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    record = json.loads(_RECORD.read_text(encoding="utf-8"))
    change(record)
    record |= circumstances()
    _RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    write_page()
    return record


def _struck(name: str, phases: Sequence[str]) -> str:
    if len(phases) <= _FEW:
        return ""
    return "\n" + fill(f"{name} strikes at: {', '.join(phases)}.", width=140, break_long_words=False, break_on_hyphens=False) + "\n"


def _line(fault: Fault, found: Mapping[str, Any]) -> str:
    figures = (f"{median(found[name]):.1f} ({max(found[name]):.1f})" for name in ("to_end", "to_recover"))
    ended = ", ".join(f"{count} {end}" for end, count in Counter(found["ended"]).most_common())
    cells = (fault.name, len(found["phases"]), len(found["to_end"]), ended, fault.expected, *figures)
    return f"| {' | '.join(map(str, cells))} |"
