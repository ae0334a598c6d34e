"""A contender's peak memory, told by itself: what the parent sees of a child begins with the parent's own size."""

import os
import resource
from pathlib import Path


def own_peak() -> int:
    """This process's own, in KiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def tell_peak() -> None:
    """Write the larger of this process's peak and its children's, in KiB, into the file that BENCH_PEAK names."""
    Path(os.environ["BENCH_PEAK"]).write_text(
        str(max(own_peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)), encoding="ascii"
    )
