"""Options of the bare checkers are no files: usage and version with exit code 0, anything unknown with 2."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proofs_check.building.checkers import ROOT
from tests.proofs_check.building.make_corpus import CORPUS

VALID, FORGED = CORPUS / "parity/valid/parity-n10-k4.json", CORPUS / "parity/invalid/EXPAND--parity-k-to-the-k.json"
SCRIPTS = ["check.py", "check_groups.py", "check_parity.py", "recheck.py"]


def run(script: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    if script == "recheck.py":
        pytest.importorskip("flint")
    bare = [] if script == "recheck.py" else ["-I", "-S"]
    command = [sys.executable, *bare, str(ROOT / "proofs_check" / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=60)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_is_an_answer(script: str, option: str) -> None:
    for arguments in ([option], [str(FORGED), option], [option, "missing.json"]):
        answer = run(script, *arguments)
        assert (answer.returncode, answer.stderr) == (0, "")
        assert answer.stdout.startswith("usage: ")
        assert script in answer.stdout
        assert "exit code" in answer.stdout
        assert "EXPAND" not in answer.stdout  # no file was read


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_version_is_that_of_the_formats(script: str) -> None:
    answer = run(script, "--version")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith(script)
    assert answer.stdout.endswith("certificates of version 1\n")
    assert (ROOT / "proofs_check/formats/COMMON.md").read_text("utf-8").splitlines()[0].endswith("version 1")


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("option", ["--both", "-x", "-", "--helpp", "-\n\x1b[2K"])
def test_an_unknown_option_is_refused_before_any_file_is_read(script: str, option: str) -> None:
    answer = run(script, str(FORGED), option)
    assert (answer.returncode, answer.stdout) == (2, "")
    (line,) = answer.stderr.splitlines()
    assert line.startswith(script)
    assert "option" in line
    assert "usage: " in line
    assert "\x1b" not in line


@pytest.mark.parametrize("script", ["check.py", "check_parity.py", "recheck.py"])
def test_after_two_dashes_everything_is_a_file(script: str, tmp_path: Path) -> None:
    for name, path in (("--help", VALID), ("-x", FORGED), ("a.json", VALID)):
        shutil.copy(path, tmp_path / name)
    answer = run(script, "a.json", "--", "--help", "-x", "--", cwd=tmp_path)
    assert answer.returncode == 2
    lines = [line.split(":")[0] for line in answer.stdout.splitlines()]
    assert lines == ["VERIFIED a.json", "VERIFIED --help", "REJECTED -x", "MALFORMED --"]
    assert run(script, "--", "--help", cwd=tmp_path).returncode == 0
    assert run(script, "--", "-x", cwd=tmp_path).returncode == 1


@pytest.mark.parametrize("script", SCRIPTS)
def test_without_a_file_nothing_is_verified(script: str) -> None:
    for arguments in ([], ["--"]):
        answer = run(script, *arguments)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert "FILE..." in answer.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_that_nobody_can_read_is_a_failure(script: str, option: str) -> None:
    if script == "recheck.py":
        pytest.importorskip("flint")
    with open("/dev/full", "w") as full:
        command = [sys.executable, str(ROOT / "proofs_check" / script), option]
        answer = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert answer.returncode == 3


def test_the_common_format_says_so() -> None:
    text = " ".join((ROOT / "proofs_check/formats/COMMON.md").read_text("utf-8").split())
    assert (
        "An argument that begins with `-` is an option of the checker and no file, unless it comes after `--`." in text
    )
