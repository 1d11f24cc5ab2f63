"""Two processes against one: a run at smoke scale, what is timed, and what is refused."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import torch

from benchmarks import processes
from benchmarks.train_step import network
from margin.io.command import Refused
from tests.helpers.command_line import ROOT


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.processes", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)


@pytest.mark.slow
def test_both_ratios_are_printed() -> None:
    done = call("--residues", "5", "--width", "8", "--rounds", "2", "--calls", "2")
    assert done.returncode == 0, done.stderr
    head, *lines = done.stdout.splitlines()
    assert head == "n = 5, k = 3, m = 8, one thread each, 2 rounds"
    assert [line for line in lines if line.startswith("by ")] == ["by processor time", "by the clock"]
    assert len(lines) == 12  # one process speaks
    seconds = [float(found) for found in re.findall(r"([\d.]+) ms", done.stdout)]
    assert len(seconds) == 8  # products so small may take 0.00 ms
    assert min(seconds[2:4] + seconds[6:]) > 0


def test_the_products_are_those_of_the_step() -> None:
    model = network("mod:5", 3, 8)
    with pytest.MonkeyPatch.context() as patch:
        shapes: list[tuple[int, ...]] = []

        def counted(first: object, second: object, out: object) -> None:
            shapes.append((*first.shape, second.shape[1]))  # type: ignore[attr-defined]

        patch.setattr(torch, "mm", counted)
        processes.products(model, 12)()
    assert shapes == [(12, 16, 25), (25, 12, 16), (12, 25, 16)]


def test_a_step_that_shares_less_than_the_target_misses_it() -> None:
    alone, shared = [(6.0, 6.0)], [(4.0, 3.0)]
    said = processes.lines([[(4.0, 4.0)], [(2.0, 2.0)], alone, shared])
    assert [line.rpartition(" ")[2] for line in said if "target" in line] == ["MISSED", "met"]
    assert "0.75 of what the machine gives" in said[5]


@pytest.mark.parametrize("option", ["--residues", "--width", "--rounds", "--calls"])
def test_bad_input_is_refused_before_any_process_starts(option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a process was started"))
    monkeypatch.setattr(sys, "argv", ["processes", option, "0"])
    with pytest.raises(Refused, match=f"{option} 0: expected an integer >="):
        processes.main()


def test_processes_that_fail_are_no_answer(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    failed = subprocess.CompletedProcess[str]([], 7)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    monkeypatch.setattr(sys, "argv", ["processes"])
    assert processes.main() == 3
    assert "the processes ended with exit code 7" in capfd.readouterr().err
