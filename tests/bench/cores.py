import os
from pathlib import Path
from typing import Self

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_IDLE, _WAITING_FOR_DISK = 3, 4


class Cores:
    """Measures the block by the kernel's clocks."""

    def __enter__(self) -> Self:
        self._busy, self._all = _clocks()
        return self

    def __exit__(self, *_: object) -> None:
        busy, total = _clocks()
        self.busy_seconds = round((busy - self._busy) / _TICKS_A_SECOND, 2)
        """CPU seconds of all programs, servers included."""
        self.busy_share = round((busy - self._busy) / max(1, total - self._all), 3)
        """Share of all cores' time, 0 to 1."""


def cpu_seconds(process: int) -> float:
    """All threads of a process."""
    user, system = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS_A_SECOND


def _clocks() -> tuple[int, int]:
    """Ticks of all cores since boot: busy, total."""
    ticks = [int(field) for field in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]]
    return sum(ticks) - ticks[_IDLE] - ticks[_WAITING_FOR_DISK], sum(ticks)
