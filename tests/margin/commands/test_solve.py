"""`python -m margin.solve`: data from files, weights and certificates, what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from margin.addition.maximum import maximum_margin
from margin.networks.network import Network
from margin.networks.storage import load
from margin.solve import PROG
from margin.solver import from_task
from margin.tasks import ModularAddition
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import ROOT, Answer, call


def solve(*arguments: str) -> Answer:
    return call(*arguments, module="margin.solve")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("a\nb\n", "lines of one cell"),
        ("1,2,0\n1,2\n", "data line 2 has 2 cells, expected 3"),
        ("1,,0\n", "data line 1 has an empty cell"),
        ("1,2,0\n1,2,1\n", "contradictory data: inputs 0 and 1"),
        ("1,2,0\n1,3,0\n", "1 class"),
    ],
)
def test_wrong_files_end_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "d.csv"
    path.write_text(text)
    assert_refused(solve("--data", str(path)), message, program=PROG)


def test_numbers_are_needed_for_real_inputs(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("a,0\nb,1\n")
    assert_refused(solve("--data", str(path), "--real"), "expected numbers as inputs", program=PROG)
    path.write_bytes(b"\xff\xfe\x00")
    assert_refused(solve("--data", str(path)), "no text file", program=PROG)


REFUSED = {
    "nothing": ([], "no arguments"),
    "inputs beyond counting": (
        ["--p", "5", "--k", "999999999999"],
        "at least 2^1999999999998 inputs, expected at most",
    ),
    "digits beyond printing": (["--p", "5", "--k", "7000"], "at least 2^16253 inputs are too many for the solver"),
    "no k": (["--p", "5"], "no --k"),
    "k with table": (["--table", "x.csv", "--k", "2"], "--k goes with"),
    "two activations": (["--p", "5", "--k", "2", "--relu", "--degree", "2"], "expected one activation"),
    "three activations": (
        ["--p", "5", "--k", "2", "--relu", "--degree", "2", "--activation", "abs"],
        "--relu with --degree with --activation: expected one activation",
    ),
    "unknown activation": (["--p", "5", "--k", "2", "--activation", "tanh"], "expected x^2, relu, abs or"),
    "polynomial": (["--p", "5", "--k", "2", "--activation", "1+x^2"], "is not homogeneous"),
    "not safetensors": (["--p", "3", "--k", "2", "--out", "w.pt"], "--out: w.pt: weights are written as safetensors"),
    "real task": (["--p", "5", "--k", "2", "--real"], "--real without --data"),
    "certificate": (["--parity", "4,2", "--certificate", "c.json"], "certificate format exists only"),
    "certificate of a part": (["--p", "5", "--k", "2", "--share", "0.5", "--certificate", "c.json"], "exists only"),
    "certificate of |x|": (["--p", "5", "--k", "2", "--activation", "abs", "--certificate", "c"], "exists only"),
    "parity": (["--parity", "4"], "expected N,K"),
    "parity order": (["--parity", "2,4"], "--parity"),
    "share": (["--p", "5", "--k", "2", "--share", "0"], "--share"),
    "noise": (["--p", "5", "--k", "2", "--noise", "2"], "--noise"),
    "number": (["--p", "5", "--k", "2", "--tolerance", "tight"], "expected a number"),
    "infinite": (["--p", "5", "--k", "2", "--time-limit", "nan"], "finite number"),
    "tolerance": (["--p", "5", "--k", "2", "--tolerance", "0"], "tolerance 0.0"),
    "missing file": (["--data", "nowhere.csv"], "--data"),
    "missing warm": (["--p", "3", "--k", "2", "--warm", "nowhere"], "--warm"),
    "group": (["--group", "X9", "--k", "2"], "--group"),
    "too large": (["--p", "997", "--k", "3"], "too many for the solver"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str) -> None:
    arguments, message = REFUSED[name]
    assert_refused(solve(*arguments), message, program=PROG)


def test_command_saves_certifies_and_starts_warm(tmp_path: Path) -> None:
    weights, certificate = str(tmp_path / "w.safetensors"), str(tmp_path / "c.json")
    answer = solve("--p", "3", "--k", "2", "--out", weights, "--certificate", certificate)
    assert answer.code == 0
    assert "heuristic" in answer.out
    claim = json.loads(Path(certificate).read_bytes())["claim"]
    (radicand, numerator, denominator) = claim["value"][0]
    assert radicand == 1
    assert claim["sense"] == "lower"
    assert numerator / denominator == pytest.approx(float(maximum_margin(ModularAddition(3, 2))), rel=1e-6)
    command = [sys.executable, "-m", "proofs_check", "verify", "--both", certificate]
    verdict = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (verdict.returncode, verdict.stdout.startswith("VERIFIED")) == (0, True), verdict.stderr
    again = solve("--p", "3", "--k", "2", "--warm", weights, "--rounds", "1", "--json")
    found = json.loads(again.out)
    assert again.code == 0
    proved = Fraction(found["lower_bound_proved"]["exact"])
    assert found["lower_bound"] * (1 - 1e-9) < proved <= maximum_margin(ModularAddition(3, 2)).exact
    assert found["lower_bound"] == pytest.approx(float(maximum_margin(ModularAddition(3, 2))), rel=1e-6)
    assert_refused(solve("--p", "4", "--k", "2", "--warm", weights), "warm", program=PROG)
    Path(weights).write_text("no tensors")
    assert_refused(solve("--p", "3", "--k", "2", "--warm", weights), "not a safetensors file", program=PROG)


def test_command_never_writes_over_what_it_reads(tmp_path: Path) -> None:
    table, weights = tmp_path / "t.csv", tmp_path / "w.safetensors"
    table.write_text("0,1\n1,0\n")
    for option in ("--out", "--certificate"):
        answer = solve("--table", str(table), option, str(tmp_path / "." / "t.csv"))
        lost = "is the file of --table, which would be lost"
        assert_refused(answer, lost if option == "--out" else option, program=PROG)
    assert table.read_text() == "0,1\n1,0\n"
    assert solve("--p", "3", "--k", "2", "--out", str(weights)).code == 0
    before = weights.read_bytes()
    answer = solve("--p", "3", "--k", "2", "--warm", str(weights), "--certificate", str(weights))
    assert_refused(answer, "is the file of --warm", program=PROG)
    assert weights.read_bytes() == before
    assert solve("--p", "3", "--k", "2", "--warm", str(weights), "--out", str(weights)).code == 0


@pytest.mark.parametrize(("name", "printed"), [("abs", "|x|"), ("relu", "ReLU"), ("x^3", "x^3")])
def test_activations_by_name(tmp_path: Path, name: str, printed: str) -> None:
    weights = tmp_path / "w.safetensors"
    answer = solve("--p", "3", "--k", "2", "--activation", name, "--out", str(weights), "--json")
    found = json.loads(answer.out)
    assert (answer.code, found["data"]["activation"]) == (0, printed)
    assert found["norm"]["outer"] == (4 if name == "x^3" else 2)
    assert found["status"].startswith("converged: the best neuron priced is worth ")
    network = load(weights)
    assert (network.activation.name, str(network.on)) == (printed, "data set addition of 2 inputs mod 3")
    again = load(weights, from_task(ModularAddition(3, 2), network.activation))
    assert again.normalised_margin() == found["lower_bound"]
    other = solve("--p", "3", "--k", "2", "--warm", str(weights))
    assert_refused(other, f"activation {printed}; the data have 6, 3 and x^2", program=PROG)
    if name == "relu":
        same = solve("--p", "3", "--k", "2", "--relu", "--json")
        assert json.loads(same.out) | {"stats": None} == found | {"stats": None}


def test_warm_weights_of_anyone(tmp_path: Path) -> None:
    """Without metadata U (d, m) and W (m, classes) are taken for a network with the data's activation."""
    from safetensors.numpy import save_file

    path = tmp_path / "w.safetensors"
    save_file({"U": np.ones((6, 2)), "W": np.ones((2, 3))}, path)
    assert solve("--p", "3", "--k", "2", "--warm", str(path), "--rounds", "1").code == 0
    assert "expected (8, m) and (m, 4)" in solve("--p", "4", "--k", "2", "--warm", str(path)).err


def test_warm_file_with_other_tensors(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"A": np.ones(1)}, tmp_path / "a.safetensors")
    answer = solve("--p", "3", "--k", "2", "--warm", str(tmp_path / "a.safetensors"))
    assert "holds tensors ['A']" in answer.err


def test_command_says_when_no_network_separates(tmp_path: Path) -> None:
    path = tmp_path / "xor.csv"
    path.write_text("1,1,0\n1,-1,1\n-1,1,1\n-1,-1,0\n")
    answer = solve("--data", str(path), "--real", "--degree", "1")
    assert answer.code == 1
    assert "no network separates the data" in answer.out
    assert solve("--data", str(path), "--real", "--degree", "2").code == 0


def test_a_killed_run_leaves_what_it_found(tmp_path: Path) -> None:
    from margin.solve import _keeper

    data = from_task(ModularAddition(3, 2))
    keep = _keeper(str(tmp_path / "w.safetensors"))
    networks = [Network(data, np.full((6, 1), weight), np.ones((1, 3))) for weight in (1.0, 2.0)]
    for network in networks:
        keep(network)
    tensors = load_file(tmp_path / "w.safetensors")
    assert (tensors["U"] == 1).all()  # the second came too soon after the first to be written
    _keeper(None)(networks[0])
    assert [path.name for path in tmp_path.iterdir()] == ["w.safetensors"]


def test_n_is_another_name_of_p() -> None:
    same = [solve(option, "3", "--k", "2", "--json") for option in ("--p", "--n")]
    assert [json.loads(answer.out)["data"]["name"] for answer in same] == ["addition of 2 inputs mod 3"] * 2
    assert_refused(solve("--n", "3", "--parity", "3,2"), program=PROG)
