"""Renders docs/reliability.md from docs/reliability.json, one part per fault."""

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
"""Number of phases below which their names are listed."""
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

Written by `make faults`, which breaks loads from outside, on real servers: `techmarket load` runs as a process of its own, and is struck
when its log says that a phase began, up to 30 ms later at random, or when it sends a certain statement: a proxy holds that back ("before"),
lets half of it pass, or passes it on, and up to 3 ms later the fault comes. A few rows of a small shop change before each load. After each
fault comes **one** more load, and then all of this must hold, or the run ends with what does not:

- every member, both facts, every aggregate and every mart equal a model in Decimal that shares no SQL with the pipeline;
- the certificate balances; every batch in the ledger has ended, with a reason; the load lock is free; no session is left in a transaction,
  no temporary object, no half an extract but a killed load's, no relation that was not there before;
- no watermark stands above the safe horizon of a committed release; members have the surrogate keys they had;
- a load that ended with an error that asks for a correction has changed nothing, and its message names what to do;
- a reader that polled facts and marts all the while saw what was before and what is afterwards, and nothing between;
- one more load changes no row.

## Faults

| fault | phases | injections | how the struck loads ended | expected | s to its end, median (most) | s to recover, median (most) |
|---|--:|--:|---|---|--:|--:|
"""
_ABOUT_FAULTS = """
Recovery is counted from the fault until the next load is done and everything has been compared. "Released" after a fault means that it
came too late, that the load went round it (a lost part of staging is copied again), or that it was none.
"""
_FOOTER = """
## Elsewhere tested

- Rows: NUL, impossible dates, backslashes, tabs, `\\N`, `\\.`, quotes, emoji and extreme numbers in
  `tests/integration/staging/test_staging_values.py`, rows longer than a packet in `extract/test_extract.py`; all rows bad, and what no row
  may bring, in `quality/test_gate.py` and `cli/test_bad_input.py`.
- Time: late commits, boundary ties, a clock that was set back, the nights when clocks change, in
  `extract/test_commit_safe_watermark.py`; stamps from the future in `extract/test_extract.py`.
- Random operations, loads and deaths in `load/test_stateful.py`; a backfill that was killed in `backfill/test_backfill.py`.
- A warehouse restored from an older dump in `ledger/test_restored_warehouse.py`, and that no cache hides it in
  `tests/unit/tasks/test_tasks.py`.
- Truncated sources, extracts that are too old, and abandoned batches in `release/test_release_safety.py`.
- Servers that fall silent, through COPY and COMMIT too, in `db/test_statement_deadline.py`; strangers' certificates in `db/test_tls.py`.
- Prefect: its server gone before a run begins, in the middle and at the end, and no room for results, in `tests/e2e/test_retried_runs.py`;
  runs cancelled, containers and workers killed in `tests/docker/test_broken_loads.py`.
- Hostile input: manifests and run parameters that somebody made up in `tests/unit/extract/test_hostile_input.py`, exports in
  `tests/unit/extract/dump/`, names that are statements in `tests/unit/model/test_catalog.py` and `extract/test_extract.py`, HTML in values
  in `tests/unit/publish/test_data_docs.py` and `publish/test_sales_report.py`, formulas in `tests/unit/publish/test_rejects_csv.py`.
  Beside hypothesis, fuzzing led by coverage does not pay: atheris found nothing in 262,365 inputs to the export reader, 12,160,681 to the
  manifest reader and 796,743 to the reader of declarations.
"""


def write_fault(fault: Fault, seeds: Sequence[int], outcomes: Sequence[Outcome]) -> str:
    """Record the findings of one fault; returns its line of the table.

    Replaces earlier findings, or joins them if they have other seeds at the same phases.
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
    """The record of a fault after one more run."""
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
    missing = f"\nDeclared in `tests/faults/matrix.py`, not in this record yet: {'; '.join(unrecorded)}.\n" if unrecorded else ""
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
