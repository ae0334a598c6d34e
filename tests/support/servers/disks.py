"""Small disks in memory, for those who may mount them."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def small_disk(directory: Path) -> Iterator[None]:
    """A disk of 4 MB in the place of a directory, and of what is in it, for as long as the block runs; needs root."""
    directory.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", directory], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)  # a server may hold a file that it has deleted


@contextmanager
def filled_up(directory: Path) -> Iterator[None]:
    """A directory on whose disk not a byte is left while the block runs."""
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
    """Both."""
    with small_disk(directory), filled_up(directory):
        yield
