"""A checker's own failures: exit code 3, no verdict, and the files after it are checked all the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from margin.io.output import Unwritable
from proofs_check import __main__ as command
from proofs_check.kernel.form import EXIT_CODES, Verdict
from proofs_check.kernel.verdicts import check_bytes, check_file, check_files
from tests.proofs_check.building.checkers import ROOT
from tests.proofs_check.building.make_corpus import CORPUS

VALID, FORGED, BROKEN = (
    str(CORPUS / f"{stem}.json")
    for stem in ("parity/valid/parity-n10-k4", "parity/invalid/EXPAND--parity-k-to-the-k", "addition/malformed/empty")
)
VERIFY = [sys.executable, "-m", "proofs_check", "verify"]
BARE = [[sys.executable, "-I", "-S", f"proofs_check/{name}.py"] for name in ("check", "check_groups", "check_parity")]
SECOND = [sys.executable, "proofs_check/recheck.py"]
COMMANDS = [*BARE, SECOND, VERIFY]
IDS = ["check", "check_groups", "check_parity", "recheck", "verify"]
UNRULY = ("a\nVERIFIED b.json: gamma* = 1", "a\x1b[2K\rVERIFIED b.json: gamma* = 1", "\udcff\udcfe", "caf\u00e9\u4e2d")


@pytest.fixture
def copies(tmp_path: Path) -> list[str]:
    """A verified, a rejected and a verified file, under short names."""
    names = []
    for name, path in (("a.json", VALID), ("b.json", FORGED), ("c.json", VALID)):
        shutil.copy(path, tmp_path / name)
        names.append(str(tmp_path / name))
    return names


def needs(started: list[str]) -> None:
    if started == SECOND:
        pytest.importorskip("flint")


def fails_on(word: bytes, error: Exception) -> object:
    def check(data: bytes) -> Verdict:
        if word in data:
            raise error
        return check_bytes(data)

    return check


@pytest.mark.parametrize(
    "error", [KeyError("x"), MemoryError(), RecursionError("deep"), UnicodeEncodeError("a", "", 0, 1, "")]
)
def test_a_failure_is_no_verdict_and_stops_nothing(
    error: Exception, copies: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    check = fails_on(b'"coefficient":256', error)  # in the rejected file alone
    assert check_files(copies, check) == 3  # type: ignore[arg-type]
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        f"{status} {path}" for status, path in zip(("VERIFIED", "FAILED", "VERIFIED"), copies, strict=True)
    ]
    assert f"the checker itself failed, this is no verdict: {type(error).__name__}" in lines[1]
    assert check_files(copies, check_bytes) == 1


def test_a_failure_of_the_second_family(
    copies: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("flint")
    from proofs_check.second import verdicts

    def check(data: bytes) -> Verdict:
        if b'"coefficient":256' in data:
            raise ZeroDivisionError("no\nline")
        return Verdict("VERIFIED", "", "x")

    monkeypatch.setattr(verdicts, "check_bytes", check)
    assert verdicts.main(copies) == 3
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["VERIFIED", "FAILED", "VERIFIED"]
    assert lines[1].endswith("this is no verdict (ZeroDivisionError: no\\nline)")
    monkeypatch.undo()
    assert verdicts.main([BROKEN]) == 2


def test_memory_that_a_file_does_not_get(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object) -> None:
        raise MemoryError

    assert check_file(VALID, check_bytes).status == "VERIFIED"
    monkeypatch.setattr("builtins.open", greedy)
    assert check_file(VALID, check_bytes) == Verdict("FAILED", "", "no memory to read it; this is no verdict")


def test_names_that_no_file_can_have() -> None:
    for name in ("a\0b", "\ud800"):
        verdict = check_file(name, check_bytes)
        assert verdict.status == "MALFORMED"
        assert verdict.detail.startswith("cannot be read: ")


def test_exit_codes_are_those_of_the_format() -> None:
    codes = {"VERIFIED": 0, "REJECTED": 1, "DISAGREEMENT": 1, "MALFORMED": 2, "FAILED": 3}
    assert codes == EXIT_CODES
    stated = (ROOT / "proofs_check" / "formats" / "COMMON.md").read_text()
    for words in ("VERIFIED (exit code 0)", "Exit code 3 is no verdict", "begins with FAILED"):
        assert words in stated


@pytest.mark.parametrize("started", COMMANDS, ids=IDS)
def test_lines_that_cannot_be_written(started: list[str], copies: list[str]) -> None:
    """A full disk, a reader that has gone, a closed stream: 3, also where all files are verified, and one line."""
    needs(started)
    for path in (VALID, FORGED):
        files = [path] * 3
        with open("/dev/full", "wb") as full:
            done = subprocess.run([*started, *files], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 3
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "Traceback" not in done.stderr
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*started, VALID], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1), done.stderr
    shell = ["sh", "-c", '"$@" >&-', "sh", *started, VALID]
    done = subprocess.run(shell, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1), done.stderr
    with open("/dev/full", "wb") as full:  # and no place to complain either
        assert subprocess.run([*started, VALID], cwd=ROOT, stdout=full, stderr=full).returncode == 3


@pytest.mark.parametrize("started", COMMANDS, ids=IDS)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8", "utf-16"])
def test_names_of_files_stay_on_their_line(started: list[str], encoding: str, tmp_path: Path) -> None:
    needs(started)
    paths = [str(tmp_path / name) for name in UNRULY]
    for path in paths[:2]:
        shutil.copy(BROKEN, path)
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)}
    isolated = [part for part in started if part != "-I"]  # which would ignore the encoding
    done = subprocess.run([*isolated, *map(os.fsencode, paths)], cwd=ROOT, env=environment, capture_output=True)
    assert done.returncode == 2, done.stderr
    lines = done.stdout.decode(encoding).splitlines()
    assert len(lines) == len(paths)
    assert all(line.startswith("MALFORMED ") and line.isprintable() for line in lines), lines
    assert "\\udcff" in lines[2]


@pytest.mark.parametrize("started", BARE, ids=IDS[:3])
def test_a_checker_that_does_not_load(started: list[str], tmp_path: Path) -> None:
    """Without its kernel; Python's own exit code for that is 1, which would read as a rejection."""
    script = tmp_path / "proofs_check" / Path(started[-1]).name
    script.parent.mkdir()
    shutil.copy(ROOT / "proofs_check" / script.name, script)
    done = subprocess.run([*started[:-1], str(script), VALID], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"{script.name}: the checker cannot be loaded: ModuleNotFoundError: No module named 'proofs_check.kernel'\n"
    )


def test_the_command_hands_failures_of_writing_on(monkeypatch: pytest.MonkeyPatch) -> None:
    written = []

    def say(line: str) -> None:
        written.append(line)
        raise Unwritable("no space")

    monkeypatch.setattr(command, "say", say)
    assert command.verify([VALID, FORGED]) == 3
    assert len(written) == 1


def test_both_checkers_where_the_second_fails(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(data: bytes) -> Verdict:
        raise ZeroDivisionError

    second = command.Second({"sparse_parity"}, broken)
    assert command.verify([VALID, BROKEN], second) == 3
    first, other = capsys.readouterr().out.splitlines()
    assert first.startswith(f"FAILED {VALID}: the checker itself failed")
    assert other.startswith(f"MALFORMED {BROKEN}")
