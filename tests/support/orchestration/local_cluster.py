import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from distributed import Client


@dataclass(frozen=True)
class Cluster:
    address: str
    workers: Mapping[str, "subprocess.Popen[bytes]"]
    """By name."""

    def at_work_on(self, task: str) -> set[str]:
        """Names of the workers that run a task of this name."""
        with Client(self.address) as client:
            names = {address: str(worker["name"]) for address, worker in client.scheduler_info(n_workers=-1)["workers"].items()}
            return {names[address] for address, keys in client.processing().items() if any(str(key).startswith(task) for key in keys)}


@contextmanager
def local_cluster(folder: Path, *, workers: int, environment: Mapping[str, str], log_folder: Path) -> Iterator[Cluster]:
    """On loopback, during the block; the processes read ``.env`` in ``folder``."""
    scheduler_file = log_folder / "scheduler.json"
    with ExitStack() as stack:

        def started(name: str, *arguments: str) -> "subprocess.Popen[bytes]":
            log = stack.enter_context((log_folder / f"{name}.log").open("wb"))
            command = [sys.executable, "-m", "dask", *arguments, "--scheduler-file", str(scheduler_file), "--host", "127.0.0.1"]
            process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        scheduler = started("scheduler", "scheduler", "--port", "0", "--no-dashboard")
        of_worker = ("--no-nanny", "--no-dashboard", "--nthreads", "2", "--memory-limit", "0", "--preload", "tasks.runtime.dask_cluster")
        processes = {
            name: started(name, "worker", "--name", name, "--local-directory", str(log_folder), *of_worker)
            for name in (f"worker-{number}" for number in range(1, workers + 1))
        }
        cluster = Cluster(_address(scheduler_file, scheduler), processes)
        with Client(cluster.address) as client:
            client.wait_for_workers(workers, timeout=60)
        yield cluster


def _address(scheduler_file: Path, scheduler: "subprocess.Popen[bytes]") -> str:
    while True:
        assert scheduler.poll() is None, "the scheduler ended, see its log"
        try:
            return str(json.loads(scheduler_file.read_text())["address"])
        except (FileNotFoundError, json.JSONDecodeError):
            time.sleep(0.05)
