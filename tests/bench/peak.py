"""A contender's peak memory, reported by itself: a parent sees at least its own size."""

import os
import resource
from pathlib import Path


def own_peak() -> int:
    """In KiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def tell_peak() -> None:
    """The larger peak of this process and its children, in KiB, goes to the file in BENCH_PEAK."""
    Path(os.environ["BENCH_PEAK"]).write_text(
        str(max(own_peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)), encoding="ascii"
    )
