"""A real Dask scheduler and workers on loopback, each a process of its own, as a user starts them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.command_line import ROOT

CAP = 400  # seconds, many times what a machine that has nothing else to do takes
SCHEDULER = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
WORKER = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", "--death-timeout", str(CAP))
# a worker whose project says another version
OTHER = """
import sys, margin
margin.__version__ = "0.0.1"
from distributed.cli.dask_worker import main
main(sys.argv[1:])
"""


class Cluster:
    """Processes of a scheduler and of its workers; `logs` in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        place = folder / "scheduler.json"
        self.scheduler = self._start(*SCHEDULER, "--scheduler-file", str(place))
        wait_for(lambda: place.is_file() and bool(place.read_text()))
        self.address = str(json.loads(place.read_text())["address"])

    def worker(self, *, other_version: bool = False) -> subprocess.Popen[bytes]:
        program = ("-c", OTHER) if other_version else ("-m", "distributed.cli.dask_worker")
        return self._start(*program, self.address, *WORKER, "--local-directory", str(self.folder))

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        log = (self.folder / f"process-{len(self.processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=self.folder, env=environment, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    folder.mkdir(exist_ok=True)
    running = Cluster(folder)
    try:
        yield running
    finally:
        running.end()


@contextmanager
def sweeping(spec: Path, out: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`train sweep` in a process of its own; its output is to be read by `communicate`."""
    command = [sys.executable, "-m", "training", "sweep", str(spec), "--out", str(out), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    pipes = subprocess.PIPE
    process = subprocess.Popen(command, cwd=out.parent, env=environment, stdout=pipes, stderr=pipes, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def swept(spec: Path, out: Path, *arguments: str) -> tuple[int, str, str]:
    """Exit code, answer and messages of a whole `train sweep`."""
    with sweeping(spec, out, *arguments) as process:
        answer, errors = process.communicate(timeout=CAP)
        return process.returncode, answer, errors


def killed(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until a function says yes, for CAP seconds at most."""
    end = time.monotonic() + CAP
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
