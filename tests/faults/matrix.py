"""The fault matrix as a declaration: what is done to a load, when, and how the load may end."""

import signal
from dataclasses import dataclass

from tests.faults import injections as do
from tests.faults.injections import Injection
from tests.faults.proxy import Proxy

# A phase begins when the load's log has a line that matches.
START = ""
EXTRACT = "^info: extract table="
LAST_EXTRACT = "^info: extract table=payments"
STAGED = "^info: stage "
GATED = "^info: gate "
FIRST_STEP = "^debug: step="
FACTS = "^debug: step=fact_sales"
QUARANTINE = "^info: quarantine"
LAST_STEP = "^debug: step=advance_watermarks"
RELEASED = "^info: release extract="
EVERY_PHASE = (START, EXTRACT, LAST_EXTRACT, STAGED, GATED, FIRST_STEP, FACTS, QUARANTINE, LAST_STEP, RELEASED)
OK, TRANSIENT, TAKEN_OVER, INTERRUPTED = 0, 3, 7, 130


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the matrix; a fault that comes too late finds a load that has ended well, so 0 is always among the ends."""

    name: str
    inject: Injection
    phases: tuple[str, ...]
    ends: frozenset[int]
    expected: str
    short: tuple[str, ...]
    """The phases in which ``make test`` tries it too, once."""
    seeds: int
    """How often in each phase, for ``make faults``."""
    before_start: bool
    """The fault is there when the load starts, and stays until it ends."""


def _fault(
    name: str,
    inject: Injection,
    phases: tuple[str, ...],
    *ends: int,
    expected: str,
    short: tuple[str, ...] = (),
    seeds: int = 3,
    before: bool = False,
) -> Fault:
    return Fault(name, inject, phases, frozenset(ends), expected, short, seeds, before)


MATRIX = (
    _fault(
        "SIGKILL",
        do.signalled(signal.SIGKILL),
        EVERY_PHASE,
        OK,
        -signal.SIGKILL,
        short=(EXTRACT, FACTS, RELEASED),
        expected="one re-run, all invariants",
        seeds=20,
    ),
    _fault("SIGTERM", do.signalled(signal.SIGTERM), (EXTRACT, GATED, FACTS), -signal.SIGTERM, expected="lock free at once"),
    _fault(
        "Ctrl-C",
        do.signalled(signal.SIGINT),
        (EXTRACT, GATED, FACTS),
        INTERRUPTED,
        short=(FACTS,),
        expected="clean end, lock free at once",
    ),
    _fault("two loads at once", do.second_load, (EXTRACT,), OK, short=(EXTRACT,), expected="one works, the other is turned away"),
    _fault(
        "SIGSTOP, another takes over, SIGCONT",
        do.another_takes_over,
        (EXTRACT, STAGED),
        TRANSIENT,
        TAKEN_OVER,
        short=(EXTRACT,),
        expected="the sleeper cannot commit",
    ),
    _fault(
        "PostgreSQL stopped immediately",
        do.postgres_stopped,
        (EXTRACT, GATED, FACTS),
        OK,
        TRANSIENT,
        short=(FACTS,),
        expected="typed error",
    ),
    _fault(
        "PostgreSQL back-ends terminated",
        do.back_ends_terminated,
        (EXTRACT, GATED, FACTS),
        OK,
        TRANSIENT,
        short=(GATED,),
        expected="typed error",
    ),
    _fault("MariaDB killed", do.mariadb_killed, (START, EXTRACT), OK, TRANSIENT, short=(EXTRACT,), expected="snapshot taken anew"),
    _fault("KILL CONNECTION in MariaDB", do.connections_killed, (EXTRACT,), OK, TRANSIENT, expected="snapshot taken anew"),
    _fault("source: connection reset", do.on_source(Proxy.reset), (EXTRACT,), OK, TRANSIENT, short=(EXTRACT,), expected="typed error"),
    _fault("source: cut after 2,000 bytes", do.on_source(do.cut), (START,), TRANSIENT, short=(START,), expected="typed error", before=True),
    _fault("source: black hole", do.on_source(do.black_hole), (START,), TRANSIENT, expected="typed error in seconds", before=True),
    _fault("source: 500 ms latency", do.on_source(do.slow), (START,), OK, expected="slow is not failed", seeds=1, before=True),
    _fault("source: 50 KB/s", do.on_source(do.thin), (START,), OK, expected="slow is not failed", seeds=1, before=True),
    _fault(
        "warehouse: connection reset",
        do.on_warehouse(Proxy.reset),
        (EXTRACT, GATED, FACTS),
        OK,
        TRANSIENT,
        short=(FACTS,),
        expected="typed error",
    ),
    _fault("warehouse: cut after 2,000 bytes", do.on_warehouse(do.cut), (START,), TRANSIENT, expected="typed error", before=True),
    _fault(
        "warehouse: black hole",
        do.on_warehouse(do.black_hole),
        (START,),
        TRANSIENT,
        short=(START,),
        expected="typed error in seconds",
        before=True,
    ),
    _fault("warehouse: 50 KB/s", do.on_warehouse(do.thin), (START,), OK, expected="slow is not failed", seeds=1, before=True),
)
