"""Data sets of the solver and its command: tables, files, parts, noise; what is refused."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from margin.addition.maximum import maximum_margin
from margin.networks.activations import Power, ReLU
from margin.networks.network import Network
from margin.networks.storage import load
from margin.solver import DataSet, from_table, from_task, one_hot, read_data, read_table
from margin.surveys.solver import (
    LOOP5,
    TABLES,
    as_markdown,
    cases,
    random_square,
    relu_markdown,
    switched_square,
    write_table,
)
from margin.tasks import ModularAddition, SparseParity
from tests.helpers.command_line import ROOT, Answer, call

FOLDER = ROOT / "margin" / "data" / "surveys" / "solver"


def solve(*arguments: str) -> Answer:
    return call(*arguments, module="margin.solve")


def test_tasks_become_features() -> None:
    data = from_task(ModularAddition(3, 2))
    assert data.features.shape == (9, 6)
    assert (data.features.sum(axis=1) == 2).all()
    assert data.labels.tolist() == [0, 1, 2, 1, 2, 0, 2, 0, 1]
    assert data.degree == 3
    bits = from_task(SparseParity(3, 2))
    assert set(bits.features.ravel()) == {1.0, -1.0}
    assert from_task(ModularAddition(3, 2), ReLU()).degree == 2
    assert from_task(ModularAddition(3, 2), ReLU()).task is None


def test_missing_entries_of_a_table_are_left_out() -> None:
    data = from_table(np.array([[0, -1], [1, 0]]))
    assert len(data) == 3
    assert data.classes == 2
    assert data.labels.tolist() == [0, 1, 0]


def test_parts_and_noise() -> None:
    data = from_task(ModularAddition(5, 2))
    part = data.part(0.3, 1)
    assert len(part) == 8
    assert part.classes == 5
    assert part.task is None
    assert not np.array_equal(part.features, data.part(0.3, 2).features)
    assert np.array_equal(part.features, data.part(0.3, 1).features)
    assert data.part(1.0) is data
    noisy = data.with_noise(0.2, 0)
    assert (noisy.labels != data.labels).sum() == 5
    assert data.with_noise(0.0) is data


def test_repetitions_are_kept_once_and_contradictions_refused() -> None:
    x = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -0.0]])
    assert len(DataSet(x, np.array([0, 1, 0]), 2, Power(2))) == 2
    with pytest.raises(ValueError, match="contradictory data: inputs 0 and 2 are the same, with labels 0 and 1"):
        DataSet(x, np.array([0, 1, 1]), 2, Power(2))


EYE = np.eye(2)
WRONG_DATA: dict[str, tuple[tuple[Any, Any, int, Any], str]] = {
    "shape": ((np.ones(3), np.arange(3), 3, Power(2)), "expected (N, d) and (N,)"),
    "types": ((EYE, np.array([0.0, 1.0]), 2, Power(2)), "expected integers"),
    "classes": ((EYE, np.array([0, 0]), 1, Power(2)), "at least 2"),
    "labels": ((EYE, np.array([0, 2]), 2, Power(2)), "expected 0..1"),
    "nan": ((np.array([[0.0], [np.nan]]), np.array([0, 1]), 2, Power(2)), "input 1 is not finite"),
    "size": ((np.zeros((5000, 4000)), np.zeros(5000, int), 2, Power(2)), "at most"),
}


@pytest.mark.parametrize("name", WRONG_DATA)
def test_wrong_data(name: str) -> None:
    arguments, message = WRONG_DATA[name]
    with pytest.raises(ValueError) as error:
        DataSet(*arguments)
    assert message in str(error.value)


@pytest.mark.parametrize("activation", [2, "relu", "tanh", None])
def test_activations_are_no_words_or_numbers(activation: Any) -> None:
    assert DataSet(EYE, np.array([0, 1]), 2, Power(2)).degree == 3
    with pytest.raises(TypeError, match=r"expected one such as Power\(2\) or ReLU\(\)"):
        DataSet(EYE, np.array([0, 1]), 2, activation)


def test_wrong_symbols_tables_and_shares() -> None:
    data = from_task(ModularAddition(3, 2))
    with pytest.raises(ValueError, match="expected integers of shape"):
        one_hot(np.ones((2, 2)))
    with pytest.raises(ValueError, match="symbols outside"):
        one_hot(np.array([[0, 3]]), (2, 2))
    with pytest.raises(ValueError, match="expected a matrix of integers"):
        from_table(np.ones((2, 2)))
    with pytest.raises(ValueError, match="every entry is missing"):
        from_table(np.array([[-1, -1]]))
    for share in (0, 1.5, float("nan")):
        with pytest.raises(ValueError, match="share"):
            data.part(share)
    with pytest.raises(ValueError, match="noise: share -1"):
        data.with_noise(-1)
    with pytest.raises(ValueError, match="too many for the solver"):
        from_task(ModularAddition(997, 3))


def test_files(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b\nb,\n")
    data = read_table(table)
    assert data.labels.tolist() == [0, 1, 1]
    listed = tmp_path / "d.csv"
    listed.write_text("# two inputs and a label\n10,x,no\n9,y,yes\n10,y,no\n")
    data = read_data(listed)
    assert data.features.tolist() == [[0, 1, 1, 0], [1, 0, 0, 1], [0, 1, 0, 1]]
    assert data.activation == Power(2)
    listed.write_text("0.5,1,0\n-1,2,1\n")
    assert read_data(listed, Power(3), real=True).features.tolist() == [[0.5, 1.0], [-1.0, 2.0]]


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
    answer = solve("--data", str(path))
    assert answer.code == 2
    assert answer.out == ""
    assert message in answer.err
    assert len(answer.err.splitlines()) == 1


def test_numbers_are_needed_for_real_inputs(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("a,0\nb,1\n")
    assert "expected numbers as inputs" in solve("--data", str(path), "--real").err
    path.write_bytes(b"\xff\xfe\x00")
    assert "no text file" in solve("--data", str(path)).err


REFUSED = {
    "nothing": ([], "no arguments"),
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
    answer = solve(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert len(answer.err.splitlines()) == 1


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
    assert "warm" in solve("--p", "4", "--k", "2", "--warm", weights).err
    Path(weights).write_text("no tensors")
    assert "not a safetensors file" in solve("--p", "3", "--k", "2", "--warm", weights).err


def test_command_never_writes_over_what_it_reads(tmp_path: Path) -> None:
    table, weights = tmp_path / "t.csv", tmp_path / "w.safetensors"
    table.write_text("0,1\n1,0\n")
    for option in ("--out", "--certificate"):
        answer = solve("--table", str(table), option, str(tmp_path / "." / "t.csv"))
        assert answer.code == 2
        assert option == "--certificate" or "this is the file of --table, which would be lost" in answer.err
    assert table.read_text() == "0,1\n1,0\n"
    assert solve("--p", "3", "--k", "2", "--out", str(weights)).code == 0
    before = weights.read_bytes()
    answer = solve("--p", "3", "--k", "2", "--warm", str(weights), "--certificate", str(weights))
    assert (answer.code, "this is the file of --warm" in answer.err, weights.read_bytes()) == (2, True, before)
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
    assert other.code == 2
    assert f"activation {printed}; the data have 6, 3 and x^2" in other.err
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


def is_group_table(square: np.ndarray[Any, Any]) -> bool:
    """Whether a Latin square comes from a group (Brandt's quadrangle criterion, seen from the first two lines)."""
    n = len(square)
    shifts = {tuple(np.argsort(square[i])[square[j]]) for i in range(n) for j in range(n)}
    return len(shifts) == n  # the lines, seen from each other, are n permutations: a group of them


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


def test_squares_of_the_survey() -> None:
    assert is_group_table(np.add.outer(np.arange(6), np.arange(6)) % 6)
    for square in (np.array(LOOP5), switched_square(6), random_square(6, 0), random_square(6, 1), random_square(7, 0)):
        assert not is_group_table(square)
        for lines in (square, square.T):
            assert all(sorted(line) == list(range(len(square))) for line in lines.tolist())
    with pytest.raises(ValueError, match="even number"):
        switched_square(5)
    with pytest.raises(ValueError, match="expected one of"):
        list(cases("other"))
    assert [len(list(cases(name))) for name in TABLES] == [23, 27, 9, 6, 10, 11]
    for name in TABLES:
        names = [data.name for data, _ in cases(name)]
        assert len(set(names)) == len(names)


def saved(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", TABLES)
def test_saved_tables_are_those_of_the_document(name: str) -> None:
    rows = saved(name)
    assert [row["data"] for row in rows] == [data.name for data, _ in cases(name)]
    table = as_markdown(rows) if name != "relu" else relu_markdown(rows, saved("relu_trained"))
    assert table in (ROOT / "docs" / "solver.md").read_text("utf-8")
    provenance = json.loads((FOLDER / f"{name}.json").read_text())
    assert provenance["command"].startswith(f"python -m margin.solver.survey {name}")  # as the command was then called
    for row, (_, prediction) in zip(rows, cases(name), strict=True):
        low, proved, up = (float(row[key]) for key in ("lower_bound", "lower_bound_proved", "upper_estimate"))
        assert 0 < low <= up * (1 + 1e-12)
        assert proved == pytest.approx(low, rel=1e-9)
        assert (row["converged"] == "True") == (float(row["gap"]) <= provenance["solve"]["tolerance"])
        assert row["predicted"] == ("" if prediction is None else str(prediction))
        if prediction is not None:
            assert proved <= prediction * (1 + 1e-12)
            assert row["converged"] == "False" or low == pytest.approx(prediction, rel=1e-6)


def test_trained_networks_stay_below_the_estimated_upper_bound() -> None:
    estimates = {int(row["classes"]): float(row["upper_estimate"]) for row in saved("relu")}
    trained = {int(row["n"]): float(row["trained_margin"]) for row in saved("relu_trained")}
    assert sorted(trained) == sorted(estimates) == list(range(3, 14))
    for n, margin in trained.items():
        assert 0 < margin <= estimates[n]


def test_an_interrupted_survey_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(iter(cases("relu")))
    monkeypatch.setattr("margin.surveys.solver.cases", lambda _: iter([first]))
    name = first[0].name
    kept = {"data": name, "lower_bound": 0.125}
    (tmp_path / "relu.partial.jsonl").write_text(json.dumps(kept) + '\n{"cut')
    assert write_table("relu", tmp_path, 5) == [kept]
    assert (tmp_path / "relu.csv").read_text() == f"data,lower_bound\n{name},0.125\n"
    assert json.loads((tmp_path / "relu.json").read_text())["command"].endswith("relu --time-limit 5")
    assert not (tmp_path / "relu.partial.jsonl").exists()
    fresh = write_table("relu", tmp_path, 20)
    assert fresh[0]["lower_bound"] == pytest.approx(0.0680414, rel=1e-5)


def test_n_is_another_name_of_p() -> None:
    same = [solve(option, "3", "--k", "2", "--json") for option in ("--p", "--n")]
    assert [json.loads(answer.out)["data"]["name"] for answer in same] == ["addition of 2 inputs mod 3"] * 2
    assert solve("--n", "3", "--parity", "3,2").code == 2
