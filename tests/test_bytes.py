"""A clone has the same bytes whatever the user's git does to line ends; and CI has the steps that it says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT

CORPUS = "tests/hostile.json"
FILES = {
    "table.csv": b"a,b\n1,2\n",
    "windows.csv": b"a,b\r\n1,2\r\n",
    CORPUS: b'{"a":1}\r\n\n',
    "program.py": b"x = 1\n",
    "run": b"#!/usr/bin/env bash\n",
    "weights.safetensors": b"\x08\x00\r\n\n",
}


def cloned(tmp_path: Path, attributes: bytes) -> dict[str, bytes]:
    """What the files are after a commit and a clone by a user whose git rewrites line ends."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    (origin / "tests").mkdir(parents=True)
    for name, content in {**FILES, ".gitattributes": attributes}.items():
        (origin / name).write_bytes(content)
    settings = ["-c", "core.autocrlf=true", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.safecrlf=false"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "files"], ["clone", "-q", ".", str(clone)]):
        subprocess.run(["git", *settings, *command], cwd=origin, check=True, capture_output=True)
    subprocess.run(["git", *settings, "checkout", "-q", "-f", "HEAD", "."], cwd=clone, check=True, capture_output=True)
    return {name: (clone / name).read_bytes() for name in FILES}


def test_a_clone_has_the_same_bytes_whatever_git_does_to_line_ends(tmp_path: Path) -> None:
    assert cloned(tmp_path, (ROOT / ".gitattributes").read_bytes()) == FILES


def test_without_attributes_it_would_not(tmp_path: Path) -> None:
    assert cloned(tmp_path, b"")["table.csv"] != FILES["table.csv"]


def test_no_file_of_the_project_has_mixed_rules() -> None:
    """Files that are compared bit by bit are left alone by git, all of them."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "*.json", "*.csv", "*.safetensors", "*.parquet", "*.png"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")[:-1]
    assert len(names) > 900
    said = subprocess.run(
        ["git", "check-attr", "--stdin", "-z", "text"],
        input="\0".join(names),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")[:-1]
    assert {said[i] for i in range(2, len(said), 3)} == {"unset"}


def ci(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", str(ROOT / ".ci" / "run"), *arguments], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("step", ["bogus", "lint,test", "--help"])
def test_ci_refuses_a_step_that_it_does_not_have(step: str) -> None:
    answer = ci(step)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert f"unknown step '{step}'; expected some of: test lint slow" in answer.stderr


def test_ci_has_a_function_for_every_step(tmp_path: Path) -> None:
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("STEPS=(")]
    for step in line.removeprefix("STEPS=(").removesuffix(")").split():
        assert f"\nstep_{step}() {{" in text
    assert text.count("\nstep_") == len(line.split())


def test_ci_goes_on_after_a_step_that_fails_and_ends_with_1(tmp_path: Path) -> None:
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    for name, body in {"lint": "false; echo never", "docs": "echo documented"}.items():
        text = text.replace(f"step_{name}() {{", f"step_{name}() {{ {body}; return; ")
    script = tmp_path / ".ci" / "run"
    script.parent.mkdir()
    script.write_text(text)
    done = subprocess.run(["bash", str(script), "lint", "docs"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "never" not in done.stdout
    assert "documented" in done.stdout
    *_, lint, docs, everything, last = done.stdout.splitlines()
    assert (lint.split()[0], lint.split()[-1]) == ("lint", "FAILED")
    assert (docs.split()[0], docs.split()[-1]) == ("docs", "passed")
    assert everything.startswith("all ")
    assert last == "steps: 1 passed, 1 failed"
    alone = subprocess.run(["bash", str(script), "docs"], capture_output=True, text=True, timeout=60)
    assert (alone.returncode, alone.stdout.splitlines()[-1]) == (0, "steps: 1 passed, 0 failed")
