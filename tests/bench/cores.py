"""How busy the machine's cores were, all programs together: near all the time, nothing but less work makes a thing faster."""

import os
from pathlib import Path
from typing import Self

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_IDLE, _WAITING_FOR_DISK = 3, 4


class Cores:
    """Looks at the kernel's clocks where the block begins and where it ends."""

    def __enter__(self) -> Self:
        self._busy, self._all = _clocks()
        return self

    def __exit__(self, *_: object) -> None:
        busy, total = _clocks()
        self.busy_seconds = round((busy - self._busy) / _TICKS_A_SECOND, 2)
        """CPU seconds of all programs, the servers' too."""
        self.busy_share = round((busy - self._busy) / max(1, total - self._all), 3)
        """From 0 to 1: of the time of all cores, what was not idle."""


def cpu_seconds(process: int) -> float:
    """What a process and all its threads have used so far."""
    user, system = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS_A_SECOND


def _clocks() -> tuple[int, int]:
    """Ticks of all cores since the start: busy, and all."""
    ticks = [int(field) for field in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]]
    return sum(ticks) - ticks[_IDLE] - ticks[_WAITING_FOR_DISK], sum(ticks)
