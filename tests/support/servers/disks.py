"""Small disks in memory; mounting needs root."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def small_disk(directory: Path) -> Iterator[None]:
    """A disk of 4 MB in place of a directory during the block."""
    directory.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", directory], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)  # a server may hold a file that it has deleted


@contextmanager
def filled_up(directory: Path) -> Iterator[None]:
    ballast = directory / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def full_disk(directory: Path) -> Iterator[None]:
    with small_disk(directory), filled_up(directory):
        yield
