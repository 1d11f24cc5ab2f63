"""The Python versions that the project says it takes, and how CI finds the interpreters of a machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT
from tests.interpreters import candidates, declared, interpreters, version_of

PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
THIS = f"3.{sys.version_info.minor}"


def executable(path: Path, script: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_what_is_declared_agrees_everywhere() -> None:
    versions = declared(PROJECT)
    assert versions == ["3.11", "3.12", "3.13"]
    assert tomllib.loads(PROJECT)["project"]["requires-python"] == f">={versions[0]}"
    (sentence,) = re.findall(r"On a machine with Python (.*?) and pip", (ROOT / "README.md").read_text("utf-8"))
    assert re.findall(r"3\.[0-9]+", sentence) == versions
    tools = tomllib.loads(PROJECT)["tool"]
    assert tools["mypy"]["python_version"] == versions[0]
    assert tools["ruff"]["target-version"] == f"py{versions[0].replace('.', '')}"


def test_a_project_that_declares_no_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no classifier 'Programming Language :: Python :: 3\.x'"):
        declared('[project]\nclassifiers = ["Programming Language :: Python :: 3"]')


def test_interpreters_are_found_on_the_path_and_with_pyenv(tmp_path: Path) -> None:
    on_path = executable(tmp_path / "bin" / "python3.12", "echo cpython 3.12")
    in_pyenv = executable(tmp_path / "pyenv" / "versions" / "3.13.9" / "bin" / "python", "echo cpython 3.13")
    older = executable(tmp_path / "pyenv" / "versions" / "3.6.1" / "bin" / "python", "echo cpython 3.6")
    environment = {"PATH": f"{tmp_path / 'none'}:{tmp_path / 'bin'}", "PYENV_ROOT": str(tmp_path / "pyenv")}
    assert {on_path, in_pyenv, older, sys.executable} <= set(candidates(["3.12"], environment))
    found = interpreters(["3.12", "3.13", "3.99"], environment)
    assert found == {"3.12": on_path if THIS != "3.12" else sys.executable, "3.13": in_pyenv, "3.99": None}


def test_pyenv_is_asked_where_it_is(tmp_path: Path) -> None:
    executable(tmp_path / "bin" / "pyenv", f"echo {tmp_path / 'root'}")
    there = executable(tmp_path / "root" / "versions" / "3.99.0" / "bin" / "python", "echo cpython 3.99")
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    assert interpreters(["3.99"], {"PATH": path}) == {"3.99": there}
    assert interpreters(["3.99"], {"PATH": os.environ["PATH"], "PYENV_ROOT": str(tmp_path)}) == {"3.99": None}


@pytest.mark.parametrize("script", ["exit 127", "echo pypy 3.12", "echo cpython 3.12; exit 1", "echo", "kill -9 $$"])
def test_what_is_no_working_cpython_is_passed_over(script: str, tmp_path: Path) -> None:
    assert version_of(executable(tmp_path / "python3.12", script)) is None


def test_files_that_cannot_run_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "python3.12").write_text("text")
    assert version_of(str(tmp_path / "python3.12")) is None
    assert version_of(str(tmp_path)) is None
    (tmp_path / "python3.12").chmod(0o755)  # no format that the system knows
    assert version_of(str(tmp_path / "python3.12")) is None
    assert version_of(sys.executable) == THIS


@pytest.mark.parametrize("has", [["3.11"], ["3.11", "3.13"], []], ids=" ".join)
def test_ci_says_which_versions_it_tested(has: list[str], tmp_path: Path) -> None:
    """The step itself, with what it installs and runs left out."""
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    start = text.index("step_interpreters() {")
    step = text[start : text.index("\n}\n", start) + 3]
    lines = [f"{version} {'/there' if version in has else 'none'}" for version in ("3.11", "3.12", "3.13")]
    listed = f"python3() {{ printf '%s\\n' {' '.join(map(repr, lines))}; }}"
    script = (
        f'set -euo pipefail\nfresh() {{ echo "fresh $1 $python"; }}\nquick_suite() {{ echo "suite $1"; }}\n{listed}\n'
    )
    done = subprocess.run(
        ["bash", "-c", f"{script}{step}step_interpreters"], capture_output=True, text=True, timeout=60
    )
    missing = [version for version in ("3.11", "3.12", "3.13") if version not in has]
    assert done.stdout.splitlines()[-1] == (
        f"Python tested: {' '.join(has) or 'none'};"
        f" skipped, as this machine does not have them: {' '.join(missing) or 'none'}"
    )
    assert [line for line in done.stdout.splitlines() if line.startswith("suite")] == [f"suite python{v}" for v in has]
    assert done.returncode == (0 if has else 1)
