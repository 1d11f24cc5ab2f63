"""docs/extending.md: each block of code has fewer than 20 lines, and does what the page says, put in its place."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT

PAGE = (ROOT / "docs" / "extending.md").read_text("utf-8")
PARTS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def block(part: str) -> str:
    """The one block of code of a part."""
    (code,) = BLOCK.findall(PARTS[part])
    return str(code)


def run(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A program in a folder, with the project's packages and no torch but where it is needed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def put(folder: Path, package: str, module: str, code: str, name: str) -> str:
    """The code as a module of a package, found in a folder of its own; returns the program of a command with it."""
    (folder / "own").mkdir()
    (folder / "own" / name).write_text(code)
    return f"import {package} as package; package.__path__.append('own'); {command(module)}"


def command(module: str) -> str:
    """A program that is `python -m module`."""
    return f"import runpy; runpy.run_module('{module}', run_name='__main__')"


def test_each_block_is_short() -> None:
    assert list(PARTS) == ["A group", "A claim", "A figure", "A network"]
    for part in PARTS:
        lines = [line for line in block(part).splitlines() if line.strip()]
        assert 8 < len(lines) < 20, part
        assert max(map(len, lines)) <= 120, part


def test_the_group_has_a_margin_and_a_certificate_that_both_checkers_accept(tmp_path: Path) -> None:
    done = run(tmp_path, block("A group"))
    (printed,) = re.findall(r"^```text\n(.*?)^```$", PARTS["A group"], re.MULTILINE | re.DOTALL)
    assert (done.stderr, done.stdout) == ("", printed)
    pytest.importorskip("flint")
    checked = run(tmp_path, command("proofs_check"), "verify", "--both", "heisenberg.json")
    assert checked.returncode == 0
    assert checked.stdout.startswith("VERIFIED heisenberg.json: gamma* = ")
    assert checked.stdout.rstrip().endswith("(both checkers)")


def test_a_table_that_is_no_groups_is_refused(tmp_path: Path) -> None:
    wrong = block("A group").replace("x[0] * y[1]", "x[0] * x[1] * y[1]")
    assert wrong != block("A group")
    done = run(tmp_path, wrong)
    assert done.returncode == 1
    assert "no group, " in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_claim_gets_a_verdict(tmp_path: Path) -> None:
    program = put(tmp_path, "proofs_check.claims", "proofs_check", block("A claim"), "z9_squares.py")
    done = run(tmp_path, program, "Z9", "--json")
    (seen,) = json.loads(done.stdout)["claims"]
    assert (seen["id"], seen["verdict"]) == ("Z9", "holds"), done.stderr
    assert seen["evidence"] == "odd n from 3 to 49, exactly"


def test_a_false_claim_is_noticed(tmp_path: Path) -> None:
    wrong = block("A claim").replace("after < before", "after > before")
    program = put(tmp_path, "proofs_check.claims", "proofs_check", wrong, "z9_squares.py")
    done = run(tmp_path, program, "Z9", "--json")
    assert done.returncode != 0 or json.loads(done.stdout)["claims"][0]["verdict"] != "holds"
    assert "follows" in done.stdout + done.stderr


def test_the_figure_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    program = put(tmp_path, "paper_figures.figures", "paper_figures", block("A figure"), "inputs.py")
    done = run(tmp_path, program, "inputs", "--out", "drawn", "--format", "png,svg")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "drawn").iterdir()} == {"inputs.png", "inputs.svg", "inputs.txt"}
    assert "gamma* against the number k of inputs." in (tmp_path / "drawn" / "inputs.txt").read_text()
    listed = run(tmp_path, program, "list")
    assert "\ninputs  " in listed.stdout


@pytest.mark.slow
def test_the_network_is_trained_by_the_loop_and_resumed(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    program = put(tmp_path, "training.models.own", "training", block("A network"), "deep.py")
    (shown,) = re.findall(r"`python -m training (run mod23 --set model=deep[^`]*)`", PARTS["A network"])
    small = ["--set", "task=mod:5", "--set", "width=16", "--set", "steps=40", "--out", "runs"]
    done = run(tmp_path, program, *shown.split(), *small, "--snapshots", "0,20")
    (folder,) = (tmp_path / "runs").iterdir()
    assert {"weights-0.safetensors", "weights-20.safetensors", "weights.safetensors"} <= {
        p.name for p in folder.iterdir()
    }
    records = [json.loads(line) for line in (folder / "trajectory.jsonl").read_text().splitlines()]
    assert records[-1]["step"] == 40, done.stderr
    assert records[-1]["loss"] < records[0]["loss"] if records[0]["loss"] is not None else records[-1]["loss"] < 2
    again = run(tmp_path, program, "resume", f"runs/{folder.name}")
    assert again.returncode == done.returncode
    alone = run(tmp_path, command("training"), "resume", f"runs/{folder.name}")
    assert alone.returncode == 2
    assert "model = 'deep', expected one of neurons, embedding" in alone.stderr
