"""Interrupting the figures: the processes that draw end with the one that was asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT
from tests.helpers.processes import CAP, group, until

PROGRAM = """
import os, runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
os.cpu_count = lambda: 2
sys.argv = ["paper_figures", "all", "--out", sys.argv[1], "--format", "svg"]
runpy.run_module("paper_figures", run_name="__main__", alter_sys=True)
"""

pytest.importorskip("matplotlib")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc which processes are there")
@pytest.mark.parametrize(
    ("number", "code", "lines"), [(signal.SIGINT, 130, 1), (signal.SIGTERM, 143, 0), (signal.SIGKILL, -9, 0)]
)
def test_no_process_is_left(number: int, code: int, lines: int, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        until(lambda: len(group(process.pid)) == 3)  # two that draw
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as the keyboard does
        else:
            process.send_signal(number)
        _, complaint = process.communicate(timeout=CAP)
        assert process.returncode == code
        assert len(complaint.splitlines()) == lines, complaint
        until(lambda: not group(process.pid))
    finally:
        process.kill()
        process.wait()
