"""What programs read is what the command says: no library that prints can enter it."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from margin.io.catalogue import COMMANDS
from tests.helpers.command_line import ROOT, Answer, start

# a library that prints when it is loaded, from C (flushed at the end), to the descriptor, and from Python
NOISY = """
import ctypes, os, sys

class Noisy:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in {"numpy", "cvxpy", "highspy", "tqdm", "torch", "matplotlib", "sympy", "safetensors"}:
            ctypes.CDLL(None).puts(b"banner of C")
            os.write(1, b"banner of the descriptor\\n")
            print("banner of Python")

sys.meta_path.insert(0, Noisy)
"""
AS_JSON = {
    "predict": ["--p 5 --k 2 --check slow", "--group S3 --k 2", "--parity 4,2 --check slow"],
    "solve": ["--p 3 --k 2", "--parity 3,2"],
    "inspect": ["tests/margin/networks/older_files/addition.safetensors"],
    "prune": ["tests/margin/networks/older_files/addition.safetensors"],
    "claims": ["A3", "A3 B4"],
    "width": ["--k 2", "--k 2 --order 4"],
    "group": ["Q8"],
}


def noisy(folder: Path, *arguments: str) -> Answer:
    (folder / "sitecustomize.py").write_text(NOISY)
    return start(*arguments, environment={"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"})


@pytest.mark.parametrize(("name", "arguments"), [(name, text) for name, texts in AS_JSON.items() for text in texts])
def test_json_is_one_object_whatever_a_library_prints(name: str, arguments: str, tmp_path: Path) -> None:
    answer = noisy(tmp_path, "-m", "margin", name, *arguments.split(), "--json")
    assert answer.code == 0
    assert isinstance(json.loads(answer.out), dict)
    for origin in ("C", "the descriptor", "Python"):
        assert f"banner of {origin}\n" in answer.err


def test_the_modules_answer_alike(tmp_path: Path) -> None:
    answer = noisy(tmp_path, "-m", "margin.solve", "--p", "3", "--k", "2", "--json")
    assert json.loads(answer.out)["converged"]
    table = noisy(tmp_path, "-m", "margin.group", "S3", "--csv")
    assert len(list(csv.DictReader(table.out.splitlines()))) == 9
    assert "banner" in table.err


def test_every_command_with_json_is_asked() -> None:
    helps = {command.name: start("-m", "margin", command.name, "--help").out for command in COMMANDS}
    assert {name for name, text in helps.items() if "--json" in text} == set(AS_JSON)


@pytest.mark.parametrize("arguments", [["train", "list"], ["figures", "list"], ["selftest"]])
def test_text_is_the_answer_alone(arguments: list[str], tmp_path: Path) -> None:
    answer = noisy(tmp_path, "-m", "margin", *arguments)
    assert answer.code == 0
    assert "banner" not in answer.out
    assert len(answer.out.splitlines()) > 3


def test_certificates_and_surveys_too(tmp_path: Path) -> None:
    certificate, out = tmp_path / "c.json", tmp_path / "s.csv"
    arguments = ["-m", "margin", "predict", "--p", "5", "--k", "2", "--certificate", str(certificate)]
    assert noisy(tmp_path, *arguments).code == 0
    assert "banner" not in noisy(tmp_path, "-m", "margin", "verify", str(certificate)).out
    answer = noisy(tmp_path, "-m", "margin", "survey", "--group", "C3", "--k", "2", "--out", str(out))
    assert answer.out.splitlines() == ["In 0 of the 1 programs some representation is not always used.", str(out)]
    assert answer.err.count("banner of C\n") >= 1
