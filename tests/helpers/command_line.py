"""Runs a command: in this process, which is quick, or in one of its own."""

from __future__ import annotations

import importlib
import io
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from margin.io.command import run

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "margin.predict"]


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: object
    out: str
    err: str


def call(*arguments: str, module: str = "margin.predict") -> Answer:
    """The command in this process, whose signal handler and digit limit are put back afterwards."""
    command = importlib.import_module(module)
    out, err = io.StringIO(), io.StringIO()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    digits = sys.get_int_max_str_digits()
    try:
        with mock.patch.object(sys, "argv", ["predict", *arguments]), redirect_stdout(out), redirect_stderr(err):
            run(command.PROG, command.main)
    except SystemExit as stop:
        return Answer(stop.code, out.getvalue(), err.getvalue())
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        sys.set_int_max_str_digits(digits)
    raise AssertionError("the command did not exit")


def spawn(*arguments: str, program: str | None = None) -> Answer:
    """The command, or a Python program given as text, in a process of its own without a terminal."""
    command = COMMAND if program is None else [sys.executable, "-c", program]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120)
    return Answer(done.returncode, done.stdout, done.stderr)


def start(*arguments: str, cwd: Path = ROOT, environment: dict[str, str] | None = None, timeout: float = 120) -> Answer:
    """`python ARGUMENTS` in a process of its own, in any folder, with the project on its path."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, timeout=timeout)
    return Answer(done.returncode, done.stdout, done.stderr)


def listing(folder: Path) -> dict[str, bytes]:
    """Names and contents of the files of a folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def contents(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder by its path from there: the bytes of regular files, None for anything else."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }
