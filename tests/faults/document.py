"""docs/reliability.md, from what the matrix found."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.document import circumstances
from tests.faults.attack import Outcome
from tests.faults.matrix import Fault

_ENDS = {0: "released", 3: "transient error", 7: "turned away", 130: "interrupted", -9: "killed", -15: "terminated"}
_HEADER = """# Reliability

*At-least-once reads, exactly-once effect: after any number of crashes, the next successful run leaves the warehouse equal to the source
at one instant, minus the rows listed in quarantine.*

Written by `make faults`, which breaks loads from outside, on real servers: `techmarket load` runs as a process of its own, and is struck
when its log says that a phase began, up to 30 ms later at random. A few rows of a small shop change before each load. After each fault
comes **one** more load, and then all of this must hold, or the run ends and nothing is written:

- every member, both facts, every aggregate and every mart equal a model in Decimal that shares no SQL with the pipeline;
- the certificate balances; no batch is left running; the load lock is free; no session is left in a transaction;
- a reader that polled facts and marts all the while saw what was before and what is afterwards, and nothing between.

| fault | phases | injections | how the struck loads ended | expected | s to its end, median (most) | s to recover, median (most) |
|---|--:|--:|---|---|--:|--:|
"""
_FOOTER = """
Recovery is counted from the fault until the next load is done and everything has been compared. "Released" after a fault means that it
came too late, that the load went round it (a lost part of staging is copied again), or that it was none.

Elsewhere tested: NUL, impossible dates, backslashes, tabs, `\\N` and extreme numbers in `tests/integration/test_staging_values.py`, what no
row may bring in `test_bad_input.py`; late commits and boundary ties in `change/test_commit_safe_watermark.py`; random operations, loads and
deaths in `change/test_stateful.py`; truncated sources and abandoned batches in `test_release_safety.py`.

Not in the matrix yet: a black hole in the midst of a stream, full disks, a memory limit, grants and passwords that go during a run,
Prefect's API gone.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One fault and what came of each injection."""

    fault: Fault
    outcomes: Sequence[Outcome]

    def as_markdown(self) -> str:
        """A line of the table."""
        ends = Counter(outcome.exit_code for outcome in self.outcomes)
        ended = ", ".join(f"{count} {_ENDS[code]}" for code, count in ends.most_common())
        to_end, to_recover = ([getattr(o, name) for o in self.outcomes] for name in ("seconds_to_end", "seconds_to_recover"))
        figures = (f"{median(seconds):.1f} ({max(seconds):.1f})" for seconds in (to_end, to_recover))
        cells = (self.fault.name, len(self.fault.phases), len(self.outcomes), ended, self.fault.expected, *figures)
        return f"| {' | '.join(map(str, cells))} |"


def write_document(rows: Sequence[Row]) -> None:
    """Write the table and its circumstances."""
    measured = "\nMeasured at {measured_at} on {machine}.\n".format(**circumstances())
    table = "\n".join(row.as_markdown() for row in rows) + "\n"
    Path("docs/reliability.md").write_text(_HEADER + table + measured + _FOOTER, encoding="utf-8")
