"""Our own files say what they are, and are believed; what contradicts them is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from margin import ModularAddition, construct, load, parse, save
from margin.inspection.network import inspect_file
from margin.inspection.reading import read_network
from margin.networks.activations import Power, ReLU
from margin.networks.activations import parse as activation
from margin.networks.network import Network
from margin.networks.storage import save_arrays
from margin.solver import from_task
from margin.tasks import GroupComposition, SparseParity, Task
from tests.helpers.command_line import ROOT

OLDER = ROOT / "tests/margin/networks/older_files"
TASKS = [ModularAddition(6, 2), GroupComposition("S3", 2), SparseParity(4, 2)]


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_files_of_our_own_need_no_task(tmp_path: Path, task: Task) -> None:
    save(construct(task), tmp_path / "w.safetensors")
    result = inspect_file(tmp_path / "w.safetensors")
    assert result.task.description() == task.description()
    assert result.normalised.share == pytest.approx(1, rel=1e-9)
    assert f"task {task}, by the file's metadata" in result.effective.lines
    assert inspect_file(tmp_path / "w.safetensors", task).normalised == result.normalised


@pytest.mark.parametrize("name", ["addition", "group", "parity", "trained_addition", "trained_group", "trained_parity"])
def test_older_files_of_our_own(name: str) -> None:
    path = OLDER / f"{name}.safetensors"
    network = load(path)
    read = read_network(path)
    np.testing.assert_array_equal(read.network.U, network.U)
    np.testing.assert_array_equal(read.network.W, network.W)
    assert (str(read.network.task), read.network.activation) == (str(network.task), network.activation)


def test_a_file_of_the_solver_needs_the_task_that_its_data_are_of(tmp_path: Path) -> None:
    task, path = ModularAddition(5, 2), tmp_path / "w.safetensors"
    network = construct(task).numeric()
    save(Network(from_task(task), network.U.reshape(10, -1), network.W), path)
    with pytest.raises(ValueError, match=r"the file is of the data set .*, expected a --task"):
        read_network(path)
    result = inspect_file(path, task)
    assert result.normalised.share == pytest.approx(1, rel=1e-9)
    assert any("is taken for addition of 2 inputs mod 5" in line for line in result.effective.lines)


def test_a_cyclic_group_is_addition(tmp_path: Path) -> None:
    save(construct(ModularAddition(5, 2)), tmp_path / "w.safetensors")
    assert read_network(tmp_path / "w.safetensors", GroupComposition("C5", 2)).network.task == ModularAddition(5, 2)


def test_what_contradicts_the_metadata_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    network = construct(ModularAddition(5, 2)).numeric()
    save(Network(ModularAddition(5, 2), network.U, network.W, ReLU()), path)
    with pytest.raises(ValueError, match="the metadata say addition of 2 inputs mod 5, --task says addition of 2 inp"):
        read_network(path, ModularAddition(7, 2))
    with pytest.raises(ValueError, match=r"the metadata say addition .*, --task says composition of 2 elements of S3"):
        read_network(path, parse("group:S3", 2))
    with pytest.raises(ValueError, match=r"the metadata say activation ReLU, --activation says x\^2"):
        read_network(path, ModularAddition(5, 2), Power(2))
    assert read_network(path, ModularAddition(5, 2)).network.activation == ReLU()


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("mod:5", "the metadata's task is 'mod:5', expected a JSON object"),
        ('{"kind": "sorting"}', "expected one of modular_addition"),
        ('{"kind": "modular_addition", "n": 5}', "expected one of modular_addition"),
        ('{"kind": "modular_addition", "n": "x", "k": 2}', "the metadata's task is none: ModularAddition"),
        ('{"kind": "modular_addition", "n": 7, "k": 2}', r"U has shape \(2, 5, 14\) and W \(14, 5\), expected"),
    ],
)
def test_metadata_that_describe_no_such_network_are_refused(tmp_path: Path, task: str, said: str) -> None:
    arrays = {"U": np.ones((2, 5, 14)), "W": np.ones((14, 5))}
    save_arrays(tmp_path / "w.safetensors", arrays, {"task": task})
    with pytest.raises(ValueError, match=said):
        read_network(tmp_path / "w.safetensors")


def test_weights_of_embeddings_as_training_saves_them(tmp_path: Path) -> None:
    n, d, m = 5, 3, 4
    generator = np.random.default_rng(0)
    shapes = {"embedding": (2, n, d), "hidden": (m, 2 * d), "bias": (m,), "output": (n, m), "offset": (n,)}
    t = {name: generator.standard_normal(shape) for name, shape in shapes.items()}
    model: dict[str, object] = {"axes": {name: [] for name in shapes}, "degree": None}
    task = ModularAddition(n, 2)
    metadata = {"task": json.dumps(task.description()), "model": json.dumps(model)}
    save_arrays(tmp_path / "weights.safetensors", t, metadata)
    a, b = np.indices((n, n)).reshape(2, -1)
    hidden = np.concatenate([t["embedding"][0][a], t["embedding"][1][b]], 1) @ t["hidden"].T + t["bias"]
    expected = np.maximum(hidden, 0) @ t["output"].T + t["offset"]
    for path in (tmp_path, tmp_path / "weights.safetensors"):  # the folder of a run too
        read = read_network(path)
        assert read.offset is not None
        np.testing.assert_allclose(read.network.logits().reshape(-1, n) + read.offset, expected)
        assert read.network.activation == ReLU()


def test_a_task_and_an_activation_that_nobody_says(tmp_path: Path) -> None:
    network = construct(ModularAddition(5, 2)).numeric()
    np.savez(tmp_path / "w.npz", U=network.U, W=network.W)
    with pytest.raises(ValueError, match=r"the file does not say its task, expected --task, for example --task mod:59"):
        read_network(tmp_path / "w.npz")
    assert read_network(tmp_path / "w.npz", ModularAddition(5, 2)).assumed
    assert not read_network(tmp_path / "w.npz", ModularAddition(5, 2), Power(2)).assumed


def test_an_activation_that_fits_better_is_named(tmp_path: Path) -> None:
    """One neuron for each input, on which alone relu(sum - 2) is not 0: x^3 is assumed."""
    task = ModularAddition(5, 3)
    a, b, c = np.indices((5, 5, 5)).reshape(3, -1)
    sizes = np.random.default_rng(0).uniform(0.1, 10, 125)
    U = sizes * np.stack([np.eye(5)[:, x] for x in (a, b, c)])
    np.savez(tmp_path / "w.npz", W1=U.reshape(15, -1), b1=-2 * sizes, W2=np.eye(5)[(a + b + c) % 5])
    result = inspect_file(tmp_path / "w.npz", task)
    assert result.margins.accuracy < 1
    assert result.effective.lines[-1] == "with activation ReLU the accuracy is 1: is it --activation ReLU?"
    told = inspect_file(tmp_path / "w.npz", task, activation("x^3"))
    assert not any("the accuracy is" in line for line in told.effective.lines)
    right = inspect_file(tmp_path / "w.npz", task, activation("relu"))
    assert right.margins.accuracy == 1
    assert not any("the accuracy is" in line for line in right.effective.lines)
