"""`margin.solve` as a process and at its limits: signals, a full disk, near points, what reaches standard error."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from safetensors import SafetensorError
from safetensors.numpy import save_file

from margin.networks.storage import load
from margin.solve import main
from tests.helpers.command_line import ROOT, Answer, call, start


def solve(*arguments: str) -> Answer:
    return call(*arguments, module="margin.solve")


def written(folder: Path, text: str) -> str:
    path = folder / "d.csv"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 1), (signal.SIGTERM, 143)])
def test_an_interrupt_leaves_the_answer(tmp_path: Path, number: signal.Signals, code: int) -> None:
    weights = tmp_path / "w.safetensors"
    arguments = ["--p", "13", "--k", "2", "--tolerance", "1e-14", "--json", "--out", str(weights)]
    process = subprocess.Popen(
        [sys.executable, "-m", "margin.solve", *arguments], cwd=ROOT, stdout=-1, stderr=-1, text=True
    )
    deadline = time.monotonic() + 100
    while not weights.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)  # the first network is saved at once
    process.send_signal(number)
    out, err = process.communicate(timeout=100)
    found = json.loads(out)
    assert (process.returncode, err) == (code, "")
    assert found["status"].startswith("interrupted")
    assert found["lower_bound"] > 0
    assert load(weights).width == found["stats"]["neurons"]


def full_disk(failing: int) -> object:
    """`os.fsync` on a disk that is full the first times."""
    calls = [0]

    def fsync(_: int) -> None:
        calls[0] += 1
        if calls[0] <= failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return fsync


def test_a_full_disk_does_not_end_the_work(tmp_path: Path) -> None:
    weights = tmp_path / "w.safetensors"
    arguments = ["--p", "4", "--k", "2", "--out", str(weights)]
    with mock.patch("margin.solve.SAVE_EVERY", 0.0), mock.patch("os.fsync", full_disk(1)):
        answer = solve(*arguments)
    (line,) = answer.err.splitlines()
    assert answer.code == 0
    assert "warning" in line
    assert str(weights) in line
    assert "No space left" in line
    assert weights.exists()
    assert solve(*arguments).err == ""


def test_a_full_disk_at_the_end_leaves_the_answer(tmp_path: Path) -> None:
    weights = tmp_path / "w.safetensors"
    with mock.patch("os.fsync", full_disk(100)):
        answer = solve("--p", "3", "--k", "2", "--json", "--out", str(weights))
    assert answer.code == 2
    assert json.loads(answer.out)["lower_bound"] == pytest.approx(0.07856742)
    assert f"--out: [Errno {errno.ENOSPC}]" in answer.err.splitlines()[-1]
    assert str(weights) in answer.err.splitlines()[-1]
    assert not weights.exists()


def test_near_points_are_separated(tmp_path: Path) -> None:
    for text, largest in (("1,1,a\n-1,-1.00000001,b\n", 1e-8), ("1,0,a\n1,1e-6,b\n", 1e-6)):
        answer = solve("--data", written(tmp_path, text), "--real", "--degree", "2", "--tolerance", "1e-4", "--json")
        found = json.loads(answer.out)
        assert answer.code == 0, found["status"]
        assert 0.1 * largest < found["lower_bound_proved"]["float"] <= found["lower_bound"] < largest
    answer = solve("--data", written(tmp_path, "1,1,a\n-1,-1,b\n"), "--real", "--degree", "2")
    assert answer.code == 1
    assert "no network separates the data: decided in exact arithmetic" in answer.out


def test_an_input_of_zeros_in_a_process_of_its_own(tmp_path: Path) -> None:
    """f(0) = 0: the bound is 0, and standard error says how the file was read and nothing else."""
    path = written(tmp_path, "0,0,a\n1,0,b\n0,1,b\n")
    answer = start("-m", "margin.solve", "--data", path, "--real", "--relu")
    reading = f"{path}: no header, no index, separated by commas; inputs are numbers\n"
    assert (answer.code, answer.err) == (1, reading)
    assert "lower bound     0, as no network has a positive margin\n" in answer.out
    assert "upper bound     0, in exact arithmetic\n" in answer.out
    other = start("-m", "margin.solve", "--data", written(tmp_path, "1,1,a\n1,0,b\n0,1,b\n"), "--real", "--degree", "2")
    assert (other.code, other.err) == (0, reading)


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        (["--real"], "1e308,0,a\n1,0,b\n0,1,b\n", "beyond float64; divide the features by 1e+308"),
        (["--degree", "100000"], "1,0,a\n1,1,b\n", "expected an exponent of at most 500"),
        (["--degree", "1" + "0" * 30], "1,0,a\n1,1,b\n", "expected an exponent of at most 500"),
    ],
)
def test_what_float64_cannot_hold_is_refused(tmp_path: Path, arguments: list[str], text: str, message: str) -> None:
    answer = solve("--data", written(tmp_path, text), *arguments)
    reading, line = answer.err.splitlines()
    assert "separated by commas" in reading
    assert (answer.code, answer.out) == (2, "")
    assert message in line
    assert solve("--data", written(tmp_path, "10,0,a\n1,0,b\n0,1,b\n"), *arguments[:0], "--degree", "2").code == 0


def test_too_little_memory_is_one_line(tmp_path: Path) -> None:
    path = written(tmp_path, "1,0,a\n1,1,b\n")
    with mock.patch("margin.io.resources.available_memory", return_value=10**6):
        answer = solve("--data", path)
    reading, line = answer.err.splitlines()
    assert reading.startswith(f"{path}: ")
    assert (answer.code, answer.out) == (2, "")
    assert "needs 800 MB of memory, 1 MB are available" in line
    assert solve("--data", path).code == 0


def test_complex_weights_are_no_warm_start(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    try:
        save_file({"U": np.ones((2, 2, 1), np.complex64)}, path)
    except SafetensorError:
        pytest.skip("this safetensors writes no complex numbers")
    for kind, code in ((np.complex64, 2), (np.float32, 0)):
        save_file({"U": np.ones((2, 2, 1), kind), "W": np.ones((1, 2), kind)}, path)
        answer = solve("--p", "2", "--k", "2", "--warm", str(path))
        assert answer.code == code
    save_file({"U": np.ones((2, 2, 1), np.complex64), "W": np.ones((1, 2), np.complex64)}, path)
    answer = solve("--p", "2", "--k", "2", "--warm", str(path))
    assert "U has type C64" in answer.err
    assert len(answer.err.splitlines()) == 1


def test_an_answer_without_a_network_says_so() -> None:
    answer = solve("--p", "7", "--k", "2", "--relu", "--time-limit", "1e-6")
    assert answer.code == 1
    assert "lower bound     none known yet" in answer.out
    assert "upper bound     none known yet: no search for the best neuron was finished\n" in answer.out
    assert "no network is known yet that separates the data: stopped at the time limit" in answer.out
    other = solve("--p", "7", "--k", "2", "--time-limit", "1e-6")
    assert "lower bound     0.00" in other.out
    assert callable(main)


@pytest.mark.slow
def test_converged_is_what_the_gap_says(tmp_path: Path) -> None:
    text = "0,500000,a\n1,500000,b\n0,600000,a\n1,600000,b\n"
    answer = solve("--data", written(tmp_path, text), "--real", "--json")
    found = json.loads(answer.out)
    assert found["converged"] == (found["gap"] <= 1e-6)
    assert answer.code == (0 if found["converged"] else 1)
    assert found["lower_bound"] == pytest.approx(133851.9, rel=1e-5)
