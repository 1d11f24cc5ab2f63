"""`algebraic-margin prune`: its answers as text and JSON, files in both formats, peers' layouts, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from margin import load, save
from margin.inspection.reading import read_network
from margin.networks.network import Network
from margin.tasks import ModularAddition
from tests.helpers.assertions import assert_refused, assert_verified
from tests.helpers.command_line import Answer, call, contents, listing
from tests.margin.inspection.layouts import write_npz
from tests.margin.pruning.test_steps import planted, share

PROGRAM = "python -m margin.prune"
KEYS = (
    *("format", "schema", "file", "task", "layout", "keep", "kept", "width_read", "width", "normalised_margin"),
    *("share_of_maximum", "maximum_margin", "agreement", "steps", "features", "missing", "fewest", "written"),
)
TASK = ("--task", "mod:7", "--k", "2")


def prune(*arguments: str) -> Answer:
    return call(*arguments, module="margin.prune")


def wide(folder: Path) -> str:
    save(planted(7, 2, 3), folder / "wide.safetensors", "planted")
    return str(folder / "wide.safetensors")


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_both_formats_and_a_certificate(suffix: str, tmp_path: Path) -> None:
    source, out, certificate = wide(tmp_path), str(tmp_path / f"few{suffix}"), tmp_path / "c.json"
    before = listing(tmp_path)
    answer = prune(source, "--out", out, "--certificate", str(certificate))
    assert (answer.code, answer.err) == (0, "")
    assert "18 neurons of 54; kept" in answer.out
    assert "18 neurons in any network that reaches gamma*, proved" in answer.out
    few = read_network(out, ModularAddition(7, 2)).network
    assert few.width == 18
    assert share(few) > 0.9999
    assert before == {name: content for name, content in listing(tmp_path).items() if name in before}
    assert_verified(certificate.read_bytes())
    if suffix == ".safetensors":
        assert load(out).width == 18


def test_the_json_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    answer = prune(wide(tmp_path), "--json")
    result: dict[str, Any] = json.loads(answer.out)
    assert answer.code == 0
    assert tuple(result) == KEYS
    assert (result["format"], result["schema"]) == ("algebraic-margin pruning", 1)
    assert (result["width_read"], result["width"], result["kept"]) == (54, 18, True)
    assert result["fewest"] == {"constructed": 18, "lower_bound": 18, "minimal": 18}
    assert [step["name"] for step in result["steps"]] == ["read", "pure", "fewer", "masses"]
    assert result["steps"][-1]["share_of_maximum"] == result["share_of_maximum"] > 0.9999
    assert [(f["name"], f["width_read"], f["width"], f["state"]) for f in result["features"]] == [
        (str(z), 18, 6, "complete") for z in (1, 2, 3)
    ]


def test_a_peers_layouts(tmp_path: Path) -> None:
    """One matrix of both inputs with biases; embeddings before the neurons and an unembedding behind."""
    network = planted(7, 2, 3)
    first, last, generator = network.U.reshape(14, -1).T, network.W.T, np.random.default_rng(0)
    shift = generator.standard_normal(54)
    biased = np.concatenate([first[:, :7] - shift[:, None], first[:, 7:]], axis=1)
    E, H = np.linalg.qr(generator.standard_normal((9, 9)))[0][:7], None
    H = np.concatenate([np.linalg.pinv(E) @ network.U[j] for j in range(2)]).T
    files = {
        "biased": {"fc1.weight": biased, "fc1.bias": shift, "fc2.weight": last},
        "embedded": {"embed.weight": E, "fc1.weight": H, "fc2.weight": last},
    }
    for name, tensors in files.items():
        answer = prune(str(write_npz(tmp_path / f"{name}.npz", tensors)), *TASK, "--json")
        result = json.loads(answer.out)
        assert (answer.code, result["width_read"], result["width"]) == (0, 54, 18), name
        assert result["share_of_maximum"] > 0.9999


def test_what_is_missing_is_said_and_the_answer_is_no(tmp_path: Path) -> None:
    network = planted(7, 2, 3, without=2)
    save(network, tmp_path / "two.safetensors", "planted")
    answer = prune(str(tmp_path / "two.safetensors"), "--out", str(tmp_path / "few.npz"))
    assert answer.code == 1
    assert "2: no neurons; the maximum margin needs some" in answer.out
    assert "12 neurons of 36; NOT kept" in answer.out
    assert read_network(tmp_path / "few.npz", ModularAddition(7, 2)).network.width == 12
    generator = np.random.default_rng(1)
    random = Network(network.on, generator.standard_normal((2, 7, 20)), generator.standard_normal((20, 7)))
    save(random, tmp_path / "random.safetensors", "random")
    answer = prune(str(tmp_path / "random.safetensors"))
    assert answer.code == 1
    assert "20 neurons of 20; NOT kept" in answer.out
    assert "do not compute the wanted function alone" in answer.out


def test_less_may_be_kept(tmp_path: Path) -> None:
    answer = prune(wide(tmp_path), "--keep", "0.6", "--json")
    assert answer.code == 0
    assert json.loads(answer.out)["width"] < 18


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--keep", "2"], ["--keep '2'", "--keep 0.9999"]),
        (["--keep", "nan"], ["--keep 'nan'"]),
        (["--keep", "much"], ["--keep 'much'"]),
        (["--out", "few.pt"], ["--out", ".safetensors or .npz"]),
        (["--activation", "relu"], ["the metadata say activation x^2"]),
        (["--task", "mod:5", "--k", "2"], ["the metadata say"]),
    ],
)
def test_wrong_options_are_refused(arguments: list[str], words: list[str], tmp_path: Path) -> None:
    source = wide(tmp_path)
    before = contents(tmp_path)
    assert_refused(prune(source, *arguments), *words, program=PROGRAM, folder=tmp_path, holds=before)


def test_other_networks_are_refused(tmp_path: Path) -> None:
    assert_refused(prune(str(tmp_path / "no.npz"), *TASK), "no.npz", program=PROGRAM)
    network = planted(7, 2, 3)
    tensors = {"fc1.weight": network.U.reshape(14, -1).T, "fc2.weight": network.W.T}
    relu = str(write_npz(tmp_path / "w.npz", tensors))
    assert_refused(prune(relu, *TASK, "--activation", "relu"), "expected x^2", program=PROGRAM)
    bits = {"fc1.weight": np.ones((3, 4)), "fc1.bias": np.ones(3), "fc2.weight": np.ones((2, 3))}
    place = str(write_npz(tmp_path / "b.npz", bits))
    assert_refused(prune(place, "--task", "parity:4,2"), "bits have no constant input", program=PROGRAM)


def test_the_input_is_never_written_over(tmp_path: Path) -> None:
    source = wide(tmp_path)
    before = contents(tmp_path)
    for option in ("--out", "--certificate"):
        answer = prune(source, option, source)
        assert_refused(answer, option, "would be lost", program=PROGRAM, folder=tmp_path, holds=before)
    answer = prune(source, "--out", str(tmp_path / "a.npz"), "--certificate", str(tmp_path / "a.npz"))
    assert_refused(answer, "is also the name", program=PROGRAM, folder=tmp_path, holds=before)
