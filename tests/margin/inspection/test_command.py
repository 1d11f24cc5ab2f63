"""`algebraic-margin inspect`: its answers as text and JSON, the contract of the JSON, what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from margin import construct, parse, save
from margin.networks.network import Network
from margin.tasks import SharedEmbedding
from tests.helpers.assertions import assert_not_refused, assert_refused, assert_verified
from tests.helpers.command_line import Answer, call, listing, start
from tests.margin.inspection.layouts import write_npz

PROGRAM = "python -m margin.inspect"
KEYS = (
    *("format", "schema", "file", "task", "layout", "accuracy", "correct", "least_logit_margin", "tightest"),
    *("ranks_of_the_label", "margins_by_difference", "normalised_margin", "infinity_margin", "share_of_maximum"),
    *("why", "maximum_margin"),
    *("norm", "neurons", "frequencies", "dead_neurons", "singular_values", "certificate"),
)
WANTED = ("task", "layout", "accuracy", "least_logit_margin", "normalised_margin", "share_of_maximum", "neurons")


def inspect(*arguments: str) -> Answer:
    return call(*arguments, module="margin.inspect")


def weights(
    folder: Path, spec: str = "mod:5", k: int | None = 2, others: Mapping[str, np.ndarray] | None = None
) -> str:
    made = construct(parse(spec, k))
    network = made if isinstance(made, Network) else made.numeric()
    tensors = {"fc1.weight": network.U.reshape(-1, network.width).T, "fc2.weight": network.W.T}
    if network.width in (len(network.W[0]), tensors["fc1.weight"].shape[1]):  # a square matrix lies both ways
        tensors = {"fc1.weight": np.pad(tensors["fc1.weight"], ((0, 1), (0, 0))), "fc2.weight": _wider(network.W.T)}
    return str(write_npz(folder / "w.npz", tensors | dict(others or {})))


def _wider(output: np.ndarray) -> np.ndarray:
    """With one neuron more, which is dead."""
    return np.pad(output, ((0, 0), (0, 1)))


def as_object(*arguments: str) -> dict[str, Any]:
    answer = inspect(*arguments, "--json")
    assert_not_refused(answer)
    result: dict[str, Any] = json.loads(answer.out)
    return result


@pytest.mark.parametrize(
    ("spec", "k", "kind"), [("mod:5", 2, "frequency"), ("group:S3", 2, "irrep"), ("parity:4,2", None, "parity")]
)
def test_the_json_has_the_keys_of_the_contract(tmp_path: Path, spec: str, k: int | None, kind: str) -> None:
    task = ["--task", spec, *(["--k", str(k)] if k else [])]
    result = as_object(weights(tmp_path, spec, k), *task)
    assert tuple(result) == KEYS
    assert {*WANTED, "frequencies"} <= set(result)
    assert (result["format"], result["schema"]) == ("algebraic-margin inspection", 1)
    assert result["task"]["spec"] == spec
    assert result["accuracy"] == 1.0
    assert result["share_of_maximum"] == pytest.approx(1)
    assert result["normalised_margin"] == pytest.approx(result["maximum_margin"])
    assert result["least_logit_margin"] == result["tightest"][0]["margin"]
    assert len(result["tightest"]) == 10
    width = construct(parse(spec, k)).width
    assert (result["why"], result["certificate"]) == (None, None)
    assert result["dead_neurons"] == list(range(width, result["layout"]["width"]))
    assert len(result["neurons"]) == result["layout"]["width"]
    assert sum(neuron["mass"] for neuron in result["neurons"]) == pytest.approx(1)
    assert all(kind in neuron for neuron in result["neurons"])
    assert ("phases" in result["neurons"][0]) is (kind == "frequency")
    each = result["frequencies"]["each"]
    assert result["frequencies"]["kind"] == kind
    assert [row[kind] for row in each if row["neurons"]] == result["frequencies"]["used"]
    assert sorted(i for row in each for i in row["members"]) == list(range(width))
    assert [t["name"] for t in result["layout"]["tensors"]] == ["fc1.weight", "fc2.weight"]


def test_null_where_undefined_with_the_reason(tmp_path: Path) -> None:
    file = weights(tmp_path)
    relu = as_object(file, "--task", "mod:5", "--k", "2", "--activation", "relu")
    assert relu["normalised_margin"] is not None
    assert (relu["share_of_maximum"], relu["maximum_margin"]) == (None, None)
    assert relu["why"] == "gamma* is known for x^2, not for ReLU"
    shifted = as_object(file, "--task", "mod:5", "--k", "2", "--activation", "1 + x^2")
    assert (shifted["normalised_margin"], shifted["norm"]["name"]) == (None, None)
    assert "not homogeneous" in shifted["why"]


def test_the_text(tmp_path: Path) -> None:
    answer = inspect(weights(tmp_path), "--task", "mod:5", "--k", "2")
    assert_not_refused(answer, "accuracy        1 (25 of 25 inputs)", "share of max    1.00000000 of gamma* =")
    for line in (
        "task            addition of 2 inputs mod 5",
        "layout          fc1.weight 12x10 float64: input weights of the 2 inputs side by side, (out,in)",
        "                activation x^2, as none is given: say --activation for another, such as relu",
        "neurons         12 live, 0 dead",
        "frequencies     2 used, 2 of 2 covered",
    ):
        assert f"\n{line}\n" in f"\n{answer.out}", line
    assert "|theta_u1 + theta_u2 - theta_w|: mean 0.0000" in answer.out
    assert "certificate" not in answer.out
    biased = inspect(weights(tmp_path, others={"fc2.bias": np.arange(5.0)}), "--task", "mod:5", "--k", "2")
    assert "share of max    none: the logits have a bias" in biased.out
    shifted = inspect(weights(tmp_path), "--task", "mod:5", "--k", "2", "--activation", "1+x^2")
    assert "normalised      none: the activation 1 + 1*x^2 is not homogeneous" in shifted.out


def test_a_certificate_is_written_and_verified(tmp_path: Path) -> None:
    file, out = weights(tmp_path), tmp_path / "c.json"
    answer = inspect(file, "--task", "mod:5", "--k", "2", "--certificate", str(out))
    assert_not_refused(answer, "certificate     gamma* >= 0.0")
    assert_verified(out.read_bytes())
    result = as_object(file, "--task", "mod:5", "--k", "2", "--certificate", str(out))["certificate"]
    assert result["share_of_maximum"] == pytest.approx(1)
    assert result["claim"].startswith(f"gamma* >= {result['at_least']:.17g} for addition of 2 inputs mod 5: ")
    assert (result["least_logit_margin"], result["correct"]) == (None, None)


def test_our_own_file_is_read_through_the_same_door(tmp_path: Path) -> None:
    save(construct(parse("group:S3", 2)), tmp_path / "w.safetensors")
    file = str(tmp_path / "w.safetensors")
    assert as_object(file)["task"]["group"] == "S3"
    assert as_object(file, "--task", "group:S3", "--k", "2")["share_of_maximum"] == pytest.approx(1)
    assert_refused(inspect(file, "--task", "mod:6", "--k", "2"), "the metadata say composition", program=PROGRAM)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--task", "mod:5"), "--task: task 'mod:5' without k"),
        (("--k", "2"), "--k without --task"),
        ((), "the file does not say its task"),
        (("--task", "mod:7", "--k", "2"), "n = 5 with k = 2 would fit"),
        (("--task", "mod:5", "--k", "2", "--activation", "tanh"), "--activation: activation 'tanh'"),
        (("--task", "mod:5", "--k", "2", "--map", "fc1"), "--map: 'fc1', expected NAME=ROLE"),
        (("--task", "mod:5", "--k", "2", "--map", "fc9=input"), "'fc9' is no tensor of this file"),
        (("--task", "mod:5", "--k", "2", "--certificate", "/no/where/c.json"), "the folder /no/where does not exist"),
        (("--task", "mod:5", "--k", "2", "--activation", "abs", "--certificate", "OUT"), "with activation |x|"),
    ],
)
def test_refusals(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    file = weights(tmp_path)
    before = listing(tmp_path)
    given = [str(tmp_path / "c.json") if argument == "OUT" else argument for argument in arguments]
    assert_refused(inspect(file, *given), said, program=PROGRAM)
    assert listing(tmp_path) == before


def test_files_that_hold_no_network(tmp_path: Path) -> None:
    (tmp_path / "empty.pt").touch()
    task = ("--task", "mod:5", "--k", "2")
    assert_refused(inspect(str(tmp_path / "empty.pt"), *task), "the file is empty", program=PROGRAM)
    assert_refused(inspect(str(tmp_path / "none.pt"), *task), "none.pt", program=PROGRAM)
    assert_refused(inspect(str(tmp_path), *task), "is a folder", program=PROGRAM)
    broken = weights(tmp_path, others={"fc2.weight": np.full((5, 12), np.inf)})
    assert_refused(inspect(broken, *task), "fc2.weight[0, 0] is inf, expected finite weights", program=PROGRAM)
    large = weights(tmp_path, others={"fc2.weight": np.full((5, 12), 1e308)})
    assert_refused(inspect(large, *task), "a weight has size 1e+308, expected at most 2^500", program=PROGRAM)


@pytest.mark.parametrize("activation", ["x^2", "relu", "1+x^2"])
def test_a_bias_of_logits_has_a_certificate_of_logits(tmp_path: Path, activation: str) -> None:
    file, out = weights(tmp_path, others={"fc2.bias": np.arange(5.0)}), tmp_path / "c.json"
    answer = as_object(file, "--task", "mod:5", "--k", "2", "--activation", activation, "--certificate", str(out))
    certificate = answer["certificate"]
    assert_verified(out.read_bytes())
    assert (certificate["at_least"], certificate["share_of_maximum"]) == (None, None)
    assert certificate["correct"] == answer["correct"]
    assert certificate["least_logit_margin"] == pytest.approx(answer["least_logit_margin"], rel=1e-6)
    assert f"{answer['correct']} of 25 inputs right" in certificate["claim"]


def test_an_activation_without_certificate_is_refused(tmp_path: Path) -> None:
    file, out = weights(tmp_path), tmp_path / "c.json"
    refused = inspect(file, "--task", "mod:5", "--k", "2", "--activation", "abs", "--certificate", str(out))
    assert_refused(refused, "certificates of logits exist for addition mod n with", program=PROGRAM)
    assert not out.exists()


def test_the_input_is_never_written_over(tmp_path: Path) -> None:
    file = weights(tmp_path)
    (tmp_path / "link").symlink_to(file)
    before = Path(file).read_bytes()
    for out in (file, str(tmp_path / "link")):
        refused = inspect(file, "--task", "mod:5", "--k", "2", "--certificate", out)
        assert_refused(refused, "is the file of the weights, which would be lost", program=PROGRAM)
    assert Path(file).read_bytes() == before
    run = tmp_path / "run"
    run.mkdir()
    save(construct(parse("mod:5", 2)), run / "weights.safetensors")
    before = (run / "weights.safetensors").read_bytes()
    refused = inspect(str(run), "--certificate", str(run / "weights.safetensors"))
    assert_refused(refused, "is the file of the run, which would be lost", program=PROGRAM)
    assert (run / "weights.safetensors").read_bytes() == before
    assert_not_refused(inspect(str(run), "--certificate", str(run / "c.json")), "share of max    1.0000")


def test_it_runs_under_both_names(tmp_path: Path) -> None:
    arguments = [weights(tmp_path), "--task", "mod:5", "--k", "2"]
    answer = start("-m", "margin", "inspect", *arguments)
    assert (answer.code, answer.err) == (0, "")
    assert answer == start("-m", "margin.inspect", *arguments)


def test_a_shared_embedding_is_not_inspected(tmp_path: Path) -> None:
    path, random = tmp_path / "w.safetensors", np.random.default_rng(0)
    save(Network(SharedEmbedding(5, 2), random.standard_normal((1, 5, 3)), random.standard_normal((3, 5))), path)
    assert_refused(inspect(str(path)), "shared embedding, which is not inspected", program="python -m margin.inspect")
