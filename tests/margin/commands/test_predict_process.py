"""`python -m margin.predict` as a process: interruptions, its imports, its streams."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from margin import load
from tests.helpers.command_line import COMMAND, ROOT, call, listing, spawn

LARGE = ["--p", "499", "--k", "3", "--check", "none", "--save"]  # 64 MB
LARGE_BYTES = 8 * 4 * 499 * 249 * 16
SMALL = ["--p", "5", "--k", "2", "--save"]
# the signal may be ignored where the tests run in the background; `fsync` comes after all is written
RUN = """
import os, runpy, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
{patch}
runpy.run_module("margin.predict", run_name="__main__")
"""
WAIT = """
def wait(handle):
    print("written", flush=True)
    time.sleep(100)
os.fsync = wait
"""
IMPORTS = """
import atexit, runpy, sys
heavy = {"numpy", "scipy", "sympy", "torch", "safetensors", "tqdm"}
atexit.register(lambda: print(*sorted(heavy & set(sys.modules)), file=sys.stderr))
runpy.run_module("margin.predict", run_name="__main__")
"""


def start(target: Path, patch: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-c", RUN.format(patch=patch), *LARGE, str(target)]
    return subprocess.Popen(program, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def parts(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name != "w"]


@pytest.mark.parametrize(("number", "code", "lines"), [(signal.SIGINT, 130, 1), (signal.SIGTERM, 143, 0)])
@pytest.mark.parametrize("before", [{}, {"w": b"older"}], ids=["new", "older file"])
def test_signal_while_a_large_file_is_written(
    tmp_path: Path, number: signal.Signals, code: int, lines: int, before: dict[str, bytes]
) -> None:
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
    with start(tmp_path / "w", WAIT) as process:
        assert process.stderr is not None  # where everything goes that is no answer
        assert process.stderr.readline() == "written\n"
        assert [path.stat().st_size > LARGE_BYTES for path in parts(tmp_path)] == [True]
        assert listing(tmp_path).get("w") == before.get("w")
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (code, "")
    assert err.count("\n") == lines
    assert "Traceback" not in err
    assert listing(tmp_path) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_at_any_moment_of_the_writing(tmp_path: Path, number: signal.Signals) -> None:
    """Whether the signal comes before or after the file is complete, there is no third outcome."""
    target = tmp_path / "w"
    with start(target, "") as process:
        while process.poll() is None and not any(path.stat().st_size for path in parts(tmp_path) if path.exists()):
            time.sleep(0.001)
        process.send_signal(number)
        process.communicate(timeout=60)
    assert parts(tmp_path) == []
    assert not target.exists() or load(target).width == 249 * 16


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def terminate(*_: object) -> None:
    sys.exit(143)


@pytest.mark.parametrize("moment", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize(("how", "code"), [(interrupt, 130), (terminate, 143)])
@pytest.mark.parametrize("before", [{}, {"w": b"older"}], ids=["new", "older file"])
def test_interruption_at_each_step(
    tmp_path: Path, moment: str, how: Callable[..., None], code: int, before: dict[str, bytes]
) -> None:
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, moment, how)
        answer = call(*SMALL, str(tmp_path / "w"))
    assert (answer.code, answer.out) == (code, "")
    assert answer.err == ("python -m margin.predict: interrupted; nothing was left half written\n" * (code == 130))
    assert listing(tmp_path) == before
    assert call(*SMALL, str(tmp_path / "w")).code == 0
    assert list(listing(tmp_path)) == ["w"]
    assert listing(tmp_path) != before


@pytest.mark.parametrize(
    "arguments",
    [["--p", "23", "--k", "3"], ["--p", "6", "--k", "2", "--json"], ["--p", "1000003", "--k", "8"], ["--p=1"]],
)
def test_a_prediction_imports_no_numerical_package(arguments: list[str]) -> None:
    answer = spawn(*arguments, program=IMPORTS)
    assert answer.code == (0 if "--k" in arguments else 2)
    assert answer.err.splitlines()[-1] == ""


@pytest.mark.parametrize("group", ["PSL(2,13)", "Dic7"])
def test_irrational_characters_need_no_sympy(group: str) -> None:
    answer = spawn("--group", group, "--k", "2", program=IMPORTS)
    assert (answer.code, "sympy" in answer.err.split()) == (0, False)
    loaded = IMPORTS.replace("import atexit", "import sympy, atexit")
    assert "sympy" in spawn("--group", group, "--k", "2", program=loaded).err.split()


def test_slow_check_and_save_import_what_they_need(tmp_path: Path) -> None:
    slow = spawn("--p", "5", "--k", "2", "--check", "slow", program=IMPORTS).err.split()
    assert "numpy" in slow
    assert "torch" not in slow
    assert "safetensors" in spawn(*SMALL, str(tmp_path / "w"), program=IMPORTS).err.split()


def test_quiet_without_a_terminal_and_a_progress_bar_on_one() -> None:
    arguments = ["--p", "23", "--k", "3", "--check", "slow"]
    assert spawn(*arguments).err == ""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    done = subprocess.run([*COMMAND, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, timeout=120)
    os.close(theirs)
    shown = os.read(ours, 1 << 16)
    os.close(ours)
    assert done.returncode == 0
    assert b"margin" in shown
    assert b"%" in shown


def test_reader_that_goes_away() -> None:
    """As in `| head -1`: the reading end is closed before anything is printed."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [*COMMAND, "--p", "23", "--k", "400", "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_head() -> None:
    command = f"set -o pipefail; {sys.executable} -m margin.predict --p 23 --k 3 | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("task ")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("redirection", [">&-", "> /dev/full"])
def test_output_that_cannot_be_written(redirection: str) -> None:
    """A closed stdout or a full disk is said in one line."""
    command = f"{sys.executable} -m margin.predict --p 23 --k 3 {redirection}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1


def test_signal_handler_and_digit_limit_of_this_process_stay() -> None:
    """What `call` promises, so that in-process tests do not change the others."""
    handler, digits = signal.getsignal(signal.SIGTERM), sys.get_int_max_str_digits()
    assert json.loads(call("--p", "23", "--k", "3", "--json").out)["schema"] == 2
    assert signal.getsignal(signal.SIGTERM) is handler
    assert sys.get_int_max_str_digits() == digits
