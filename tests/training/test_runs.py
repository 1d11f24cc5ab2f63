"""A run's folder: what is damaged is refused, weights have their layout, the trajectory is there twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from safetensors import safe_open

from margin import load
from margin.tasks import parse
from tests.training.test_loop import EMBEDDING, SMALL, start
from training import runs
from training.compare import compare
from training.loop import Training, train
from training.models.neurons import shapes
from training.population import Population
from training.tables.weights import weights


def test_parquet_holds_the_trajectory(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    config = SMALL.changed({"steps": 50})
    folder = start(tmp_path, config)
    train(config, folder)
    assert parquet.read_table(folder / runs.PARQUET).to_pylist() == runs.read_trajectory(folder)


def test_damaged_checkpoints_are_refused(tmp_path: Path) -> None:
    folder = start(tmp_path, SMALL)
    (folder / runs.STATE).write_bytes(b"nonsense")
    with pytest.raises(ValueError, match="not a checkpoint of this run"):
        train(SMALL, folder)


def test_damaged_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="expected the folder of a run"):
        runs.read_config(tmp_path)
    with pytest.raises(FileNotFoundError, match="expected the folder of a finished run"):
        runs.load_weights(tmp_path / runs.WEIGHTS)
    (tmp_path / runs.WEIGHTS).write_bytes(b"nonsense")
    for read in (runs.load_weights, weights):
        with pytest.raises(ValueError, match=r"weights\.safetensors: damaged"):
            read(tmp_path / runs.WEIGHTS)
    (tmp_path / runs.CONFIG).write_text("[]")
    with pytest.raises(ValueError, match="expected a JSON object"):
        runs.read_config(tmp_path)
    (tmp_path / runs.CONFIG).write_text("{")
    with pytest.raises(ValueError, match="not JSON"):
        runs.read_config(tmp_path)
    with pytest.raises(ValueError, match="the run is not finished"):
        compare([start(tmp_path, SMALL)])


@pytest.mark.parametrize("task", ["mod:5", "group:S3", "parity:5"])
def test_weights_on_disk_have_the_layout_of_the_margin_package(task: str, tmp_path: Path) -> None:
    config = SMALL.changed({"task": task, "steps": 3})
    folder = start(tmp_path, config)
    result = train(config, folder)
    population = Population(parse(task, 2))
    tensors = runs.load_weights(folder / runs.WEIGHTS)
    first, second = shapes(population, 48)
    assert tuple(tensors["W"].shape) == second
    assert tuple(tensors["U"].shape) == (first if population.elements else first[1:])
    network = load(folder / runs.WEIGHTS)
    assert (network.task.spec, network.task.k) == (task if population.elements else f"{task},2", 2)
    assert network.normalised_margin() == pytest.approx(result["normalised_margin"])
    assert network.activation.name == "x^2"
    for name, shown in (("relu", "ReLU"), ("abs", "|x|")):
        other = Training.begin(config.changed({"activation": name, "strength_unit": "one", "stop_ratio": None}))
        runs.save_weights(tmp_path / f"{name}.safetensors", other.model)
        assert load(tmp_path / f"{name}.safetensors").activation.name == shown


def test_weights_of_other_networks_say_their_task_and_axes(tmp_path: Path) -> None:
    folder = start(tmp_path, EMBEDDING.changed({"steps": 3}))
    train(EMBEDDING.changed({"steps": 3}), folder)
    run = Training.begin(EMBEDDING)
    tensors = runs.load_weights(folder / runs.WEIGHTS)
    assert {name: tuple(tensor.shape) for name, tensor in tensors.items()} == {
        name: tuple(tensor.shape) for name, tensor in run.model.parameters.items()
    }
    with safe_open(folder / runs.WEIGHTS, framework="numpy") as file:
        described = {name: json.loads(text) for name, text in file.metadata().items()}
    assert described["task"] == {"k": 2, "kind": "modular_addition", "n": 5}
    assert described["model"] == run.model.described()
