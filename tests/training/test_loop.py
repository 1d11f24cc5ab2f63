"""Runs: they reach gamma*, can be interrupted and resumed to the same bytes, and fail in the open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from margin import Network, load
from training import loop, runs
from training.compare import compare, table
from training.config import Config
from training.loop import Training, initial_weights, interval, train
from training.tasks import problem

SMALL = Config("mod:5", 2, 48, steps=400, strength=0.3, lr=0.03, stop_ratio=0.9999, evaluate_every=25)
CONFIGS = {
    "adam": SMALL,
    "sgd, momentum": SMALL.changed({"optimiser": "sgd", "momentum": 0.9, "steps": 60}),
    "adamw": SMALL.changed({"optimiser": "adamw", "weight_decay": 1e-3, "steps": 60, "exponent": 1.0}),
    "soft minimum": SMALL.changed({"loss": "soft_minimum", "init": 1.0, "steps": 60}),
    "batches of prefixes": SMALL.changed({"batch": 2, "batch_share": 0.5, "steps": 60}),
    "split": SMALL.changed({"batch": 7, "batch_kind": "inputs", "train_share": 0.6, "steps": 60}),
    "parity": SMALL.changed({"task": "parity:5", "k": 3, "batch": 9, "steps": 60}),
    "group": SMALL.changed({"task": "group:S3", "steps": 60}),
    "relu": SMALL.changed({"activation": "relu", "strength_unit": "one", "strength": 1e-3, "steps": 60}),
    "balanced, float64": SMALL.changed({"signs": "balanced", "dtype": "float64", "k": 3, "steps": 60}),
}
COMPARED = (runs.CONFIG, runs.RESULT, runs.TRAJECTORY, runs.WEIGHTS)


def start(folder: Path, config: Config) -> Path:
    return runs.open_run(folder, config, {"preset": "none", "choices": []})


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in COMPARED}


@pytest.mark.parametrize("name", CONFIGS)
def test_an_interrupted_run_resumes_to_the_same_bytes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = CONFIGS[name].changed({"steps": 60, "stop_ratio": None, "evaluate_every": 10})
    whole, broken = start(tmp_path / "a", config), start(tmp_path / "b", config)
    train(config, whole)
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
    advance = Training.advance
    for stop in (25, 38):

        def interrupted(run: Training, stop: int = stop) -> torch.Tensor:
            if run.step == stop:
                raise KeyboardInterrupt
            return advance(run)

        monkeypatch.setattr(Training, "advance", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(config, broken)
        assert not runs.is_finished(broken)
        assert (broken / runs.STATE).exists()
        with open(broken / runs.TRAJECTORY, "ab") as file:
            file.write(b'{"step":99')  # a line that the interruption cut short
    monkeypatch.setattr(Training, "advance", advance)
    train(config, broken)
    assert contents(broken) == contents(whole)
    assert not (broken / runs.STATE).exists()
    other = start(tmp_path / "c", config.changed({"seed": 1}))
    train(config.changed({"seed": 1}), other)
    assert contents(other)[runs.WEIGHTS] != contents(whole)[runs.WEIGHTS]


def test_snapshots_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = SMALL.changed({"steps": 30, "stop_ratio": None, "schedule": "constant"})
    whole = start(tmp_path / "a", config)
    train(config, whole, snapshots=(0, 7, 30))
    names = [runs.snapshot(step) for step in (0, 7, 30)]
    assert [(whole / name).is_file() for name in names] == [True] * 3
    assert (whole / runs.WEIGHTS).read_bytes() == (whole / names[-1]).read_bytes() != (whole / names[0]).read_bytes()
    for name, steps in (("b", 7), ("c", 8)):
        short = start(tmp_path / name, config.changed({"steps": steps}))
        train(config.changed({"steps": steps}), short)
        assert ((short / runs.WEIGHTS).read_bytes() == (whole / names[1]).read_bytes()) == (steps == 7)
    train(config, whole, snapshots=(7,))
    with pytest.raises(ValueError, match="snapshot after step 31, expected at most the 30 steps of the run"):
        train(config, whole, snapshots=(31,))
    with pytest.raises(ValueError, match="snapshot after step 8, but the run is past it"):
        train(config, whole, snapshots=(7, 8))

    broken, advance = start(tmp_path / "d", config), Training.advance

    def interrupted(run: Training) -> torch.Tensor:
        if run.step == 10:
            raise KeyboardInterrupt
        return advance(run)

    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
    monkeypatch.setattr(Training, "advance", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(config, broken, snapshots=(0, 7, 30))
    monkeypatch.setattr(Training, "advance", advance)
    with pytest.raises(ValueError, match="snapshot after step 9, but the run is past it"):
        train(config, broken, snapshots=(9, 30))
    train(config, broken, snapshots=(0, 7, 30))
    for name in names:
        assert (broken / name).read_bytes() == (whole / name).read_bytes()


def test_training_reaches_the_maximum_margin(tmp_path: Path) -> None:
    folder = start(tmp_path, SMALL)
    result = train(SMALL, folder)
    assert result["stopped"]
    assert 0.9999 <= result["ratio"] < 1 + 1e-9
    assert result["covered"] == result["frequencies"] == 2
    assert result["power_mean"] > 0.999
    assert result["residual_mean"] < 1e-3
    network = load(folder / runs.WEIGHTS)
    assert network.normalised_margin() == pytest.approx(result["normalised_margin"], rel=1e-12)
    predicted = result["finite_lambda"]
    assert result["loss"] == pytest.approx(predicted["loss"], rel=1e-4)
    assert result["norm"] == pytest.approx(predicted["norm"], rel=1e-2)
    (row,) = compare([folder])
    assert (row.ratio, row.folder) == (result["ratio"], SMALL.digest())
    assert row.expected == pytest.approx(1)
    assert SMALL.digest() in table([row])
    trajectory = runs.read_trajectory(folder)
    assert [record["step"] for record in trajectory] == list(range(25, trajectory[-1]["step"] + 1, 25))
    assert trajectory[-1]["ratio"] > trajectory[0]["ratio"]


def test_too_narrow_a_network_does_not(tmp_path: Path) -> None:
    config = SMALL.changed({"width": 4})
    result = train(config, start(tmp_path, config))
    assert not result["stopped"]
    assert result["ratio"] < 0.99


def test_strong_regularisation_collapses(tmp_path: Path) -> None:
    config = SMALL.changed({"strength": 1.5})
    result = train(config, start(tmp_path, config))
    assert result["mass"] < 1e-3
    assert result["finite_lambda"]["norm"] == 0


def test_finished_runs_are_not_trained_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = SMALL.changed({"steps": 5})
    folder = start(tmp_path, config)
    first = train(config, folder)
    monkeypatch.setattr(Training, "begin", lambda config: pytest.fail("trained again"))
    assert train(config, folder) == first
    assert start(tmp_path, config) == folder


def test_parquet_holds_the_trajectory(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    config = SMALL.changed({"steps": 50})
    folder = start(tmp_path, config)
    train(config, folder)
    assert parquet.read_table(folder / runs.PARQUET).to_pylist() == runs.read_trajectory(folder)


def test_divergence_is_said(tmp_path: Path) -> None:
    config = SMALL.changed({"optimiser": "sgd", "lr": 1e6, "schedule": "constant"})
    with pytest.raises(FloatingPointError, match=r"the loss is .* at step 25; choose a smaller lr or init"):
        train(config, start(tmp_path, config))


def test_damaged_checkpoints_are_refused(tmp_path: Path) -> None:
    folder = start(tmp_path, SMALL)
    (folder / runs.STATE).write_bytes(b"nonsense")
    with pytest.raises(ValueError, match="not a checkpoint of this run"):
        train(SMALL, folder)


def test_damaged_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="expected the folder of a run"):
        runs.read_config(tmp_path)
    with pytest.raises(FileNotFoundError, match="expected the folder of a finished run"):
        runs.load_weights(tmp_path, problem("mod:5", 2))
    (tmp_path / runs.CONFIG).write_text("[]")
    with pytest.raises(ValueError, match="expected a JSON object"):
        runs.read_config(tmp_path)
    (tmp_path / runs.CONFIG).write_text("{")
    with pytest.raises(ValueError, match="not JSON"):
        runs.read_config(tmp_path)
    with pytest.raises(ValueError, match="the run is not finished"):
        compare([start(tmp_path, SMALL)])


def test_impossible_configs_are_refused(tmp_path: Path) -> None:
    relu = SMALL.changed({"activation": "relu"})
    with pytest.raises(ValueError, match="expected strength_unit = one"):
        train(relu, start(tmp_path, relu))
    nowhere = SMALL.changed({"device": "nowhere"})
    with pytest.raises(ValueError, match="device 'nowhere' is not available"):
        train(nowhere, start(tmp_path, nowhere))


def test_a_split_is_measured_on_both_halves(tmp_path: Path) -> None:
    config = CONFIGS["split"]
    result = train(config, start(tmp_path, config))
    run = Training.begin(config)
    assert run.rows is not None
    assert len(run.rows) == len(set(run.rows.tolist())) == 15
    share = len(run.rows) / 25
    mean = share * result["train_accuracy"] + (1 - share) * result["test_accuracy"]
    assert result["accuracy"] == pytest.approx(mean)
    assert result["finite_lambda"] is None


@pytest.mark.parametrize("task", ["mod:5", "group:S3", "parity:5"])
def test_weights_on_disk_have_the_layout_of_the_margin_package(task: str, tmp_path: Path) -> None:
    config = SMALL.changed({"task": task, "steps": 3})
    folder = start(tmp_path, config)
    result = train(config, folder)
    found = problem(task, 2)
    U, W = runs.load_weights(folder, found)
    assert (tuple(U.shape), tuple(W.shape)) == found.shapes(48)
    network = load(folder / runs.WEIGHTS)
    assert (network.task.spec, network.task.k) == (task if found.one_hot else f"{task},2", 2)
    assert network.normalised_margin() == pytest.approx(result["normalised_margin"])
    assert network.activation.name == "x^2"
    relu = problem(task, 2, "relu")
    runs.save_weights(tmp_path / "relu.safetensors", relu, U, W)
    assert load(tmp_path / "relu.safetensors").activation.name == "ReLU"


@pytest.mark.parametrize("k", [1, 2, 3])
def test_balanced_signs_leave_one_monomial(k: int) -> None:
    config = SMALL.changed({"k": k, "signs": "balanced", "dtype": "float64", "init": 1.0, "width": 3 << (k - 1)})
    task = problem("mod:5", k)
    U, W = initial_weights(config, task, torch.Generator().manual_seed(0))
    found = Network.from_arrays(U.numpy(), W.numpy()).logits([[1] * k, [4, 0, 2][:k]])
    for inputs, logits in zip(([1] * k, [4, 0, 2][:k]), found, strict=True):
        products = np.prod([U[j, a].numpy() for j, a in enumerate(inputs)], axis=0)
        assert logits == pytest.approx([1, 2, 6][k - 1] * products @ W.numpy())
    plain = initial_weights(config.changed({"signs": "independent"}), task, torch.Generator().manual_seed(0))
    assert torch.equal(plain[1][: len(W) >> (k - 1)], W[: len(W) >> (k - 1)])
    assert k == 1 or not torch.equal(plain[0], U)


def test_exact_margins_are_a_small_part_of_the_work() -> None:
    assert interval(SMALL.changed({"evaluate_every": 7}), problem("mod:5", 2)) == 7
    free = SMALL.changed({"evaluate_every": 0, "steps": 1000})
    assert interval(free, problem("mod:5", 2)) == loop.LEAST_INTERVAL
    batch = free.changed({"batch": 100, "batch_kind": "inputs"})
    assert interval(batch, problem("mod:97", 3)) > 10_000
