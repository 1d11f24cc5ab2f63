"""Runs: they reach gamma*, can be interrupted and resumed to the same bytes, and fail in the open."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from margin import load
from margin.tasks import parse
from training import loop, runs
from training.compare import compare, prediction, result_lines, table
from training.config import Config
from training.limits import refuse
from training.loop import Training, interval, train
from training.population import Population

SMALL = Config.of(task="mod:5", k=2, width=48, steps=400, strength=0.3, lr=0.03, stop_ratio=0.9999, evaluate_every=25)
EMBEDDING = SMALL.changed(
    {"model": "embedding", "strength": 1e-3, "strength_unit": "one", "stop_ratio": None, "steps": 60}
)
CONFIGS = {
    "adam": SMALL,
    "sgd, momentum": SMALL.changed({"optimiser": "sgd", "momentum": 0.9, "steps": 60}),
    "muon": SMALL.changed({"optimiser": "muon", "momentum": 0.95, "weight_decay": 1e-3, "steps": 60}),
    "muon, embedding": EMBEDDING.changed({"optimiser": "muon", "momentum": 0.9}),
    "adamw": SMALL.changed({"optimiser": "adamw", "weight_decay": 1e-3, "steps": 60, "exponent": 1.0}),
    "soft minimum": SMALL.changed({"loss": "soft_minimum", "init": 1.0, "steps": 60}),
    "batches of prefixes": SMALL.changed({"batch": 2, "batch_share": 0.5, "steps": 60}),
    "split": SMALL.changed({"batch": 7, "batch_kind": "inputs", "train_share": 0.6, "steps": 60}),
    "parity": SMALL.changed({"task": "parity:5", "k": 3, "batch": 9, "steps": 60}),
    "group": SMALL.changed({"task": "group:S3", "steps": 60}),
    "relu": SMALL.changed({"activation": "relu", "strength_unit": "one", "strength": 1e-3, "steps": 60}),
    "embedding": EMBEDDING,
    "embedding, batches of prefixes": EMBEDDING.changed({"batch": 2, "batch_share": 0.5}),
    "embedding, split": EMBEDDING.changed({"batch": 7, "batch_kind": "inputs", "train_share": 0.6}),
    "recurrent": EMBEDDING.changed({"model": "recurrent", "weight_decay": 1e-4}),
    "recurrent, split": EMBEDDING.changed({"model": "recurrent", "train_share": 0.6, "batch_kind": "inputs", "k": 3}),
    "attention": EMBEDDING.changed({"model": "attention", "width": 4, "dimension": 6, "batch": 3}),
    "attention, split": EMBEDDING.changed(
        {"model": "attention", "width": 4, "batch": 7, "batch_kind": "inputs", "train_share": 0.6, "query": "every"}
    ),
    "transformer, split": EMBEDDING.changed(
        {"model": "transformer", "dimension": 8, "heads": 2, "head_dimension": 3}
        | {"optimiser": "adamw", "weight_decay": 1e-3, "batch": 7, "batch_kind": "inputs", "train_share": 0.6}
    ),
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
    assert (row.ratio, row.folder) == (result["ratio"], f"mod5-seed0-{SMALL.digest()[:8]}")
    assert row.expected == pytest.approx(1)
    assert row.folder in table([row])
    trajectory = runs.read_trajectory(folder)
    assert [record["step"] for record in trajectory] == list(range(0, trajectory[-1]["step"] + 1, 25))
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


def test_divergence_is_said(tmp_path: Path) -> None:
    config = SMALL.changed({"optimiser": "sgd", "lr": 1e6, "schedule": "constant"})
    with pytest.raises(FloatingPointError) as error:
        train(config, start(tmp_path, config))
    cause = "the loss is nan at step 25; choose a smaller lr or init; not finite: U, W"
    assert str(error.value) == f"{cause}; no checkpoint is kept"


def test_a_run_that_diverges_keeps_its_last_finite_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, advance = SMALL.changed({"steps": 60, "evaluate_every": 50}), Training.advance
    folder, whole = start(tmp_path / "a", config), start(tmp_path / "b", config)

    def broken(run: Training) -> torch.Tensor:
        value = advance(run)
        if run.step == 13:
            run.model.parameters["W"][0, 0] = torch.nan
        return value

    for _ in range(2):  # resumed, it comes to the same end
        with monkeypatch.context() as patch:
            patch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
            patch.setattr(Training, "advance", broken)
            with pytest.raises(FloatingPointError) as error:
                train(config, folder)
        assert str(error.value) == (
            "weights are not finite after step 13; choose a smaller lr or init; not finite: W;"
            " the last good checkpoint is that of step 12"
        )
    train(config, folder)  # from the checkpoint, where nothing breaks any more
    train(config, whole)
    assert contents(folder) == contents(whole)


def test_weights_that_are_not_finite_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    advance = Training.advance

    def broken(run: Training) -> torch.Tensor:
        value = advance(run)
        run.model.parameters["W"][0, 0] = torch.inf
        return value

    monkeypatch.setattr(Training, "advance", broken)
    config = SMALL.changed({"evaluate_every": 1})
    with pytest.raises(FloatingPointError, match="weights are not finite after step 1; choose a smaller lr or init"):
        train(config, start(tmp_path, config))


def test_impossible_configs_are_refused(tmp_path: Path) -> None:
    relu = SMALL.changed({"activation": "relu"})
    with pytest.raises(ValueError, match="expected strength_unit = one"):
        train(relu, start(tmp_path, relu))
    nowhere = SMALL.changed({"device": "nowhere"})
    with pytest.raises(ValueError, match="device 'nowhere' is not available"):
        train(nowhere, start(tmp_path, nowhere))
    refused: list[tuple[Config, str]] = [
        (SMALL.changed({"task": "mod:x"}), "expected mod:23"),
        (EMBEDDING.changed({"task": "parity:5"}), "expected a task on group elements"),
        (EMBEDDING.changed({"strength_unit": "gamma"}), "expected strength_unit = one"),
        (EMBEDDING.changed({"loss": "soft_minimum"}), "no normalised margin.*expected loss = cross_entropy"),
        (EMBEDDING.changed({"stop_ratio": 0.9}), "predicted; expected stop_ratio = none"),
    ]
    for config, message in refused:
        with pytest.raises(ValueError, match=message):
            refuse(config)
    with pytest.raises(MemoryError, match="choose a smaller n or k"):
        refuse(SMALL.changed({"task": "mod:997", "k": 6}))
    with pytest.raises(ValueError, match="snapshot after step 401, expected at most the 400 steps of the run"):
        refuse(SMALL, (3, 401))
    refuse(SMALL, (3, 400))
    refuse(EMBEDDING)


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


def test_an_embedding_learns_and_nothing_is_predicted_of_it(tmp_path: Path) -> None:
    config = EMBEDDING.changed({"steps": 300, "strength": 1e-4})
    result = train(config, start(tmp_path, config))
    assert (result["accuracy"], result["gamma"], result["finite_lambda"]) == (1, None, None)
    assert not {"ratio", "normalised_margin", "covered", "power_min"} & set(result)
    lines, collapses = prediction(config)
    assert lines[1:] == [("predicted", "none known for this network")]
    assert not collapses
    assert dict(result_lines(result))["accuracy"] == "1.0000"
    (row,) = compare(tmp_path.iterdir())
    assert (row.gamma, row.reached, row.ratio, row.covered) == (None, None, None, None)
    assert " - " in table([row])


@pytest.mark.parametrize("name", ["recurrent, split", "attention, split", "transformer, split", "embedding, split"])
def test_losses_and_margins_are_measured_on_both_halves(name: str, tmp_path: Path) -> None:
    config = CONFIGS[name]
    result = train(config, start(tmp_path, config))
    run = Training.begin(config)
    assert run.rows is not None
    run.model.parameters = runs.load_weights(next(tmp_path.iterdir()) / runs.WEIGHTS)
    logits, labels = run.model.logits(run.model.inputs), run.model.labels
    losses = torch.nn.functional.cross_entropy(logits, labels, reduction="none")
    gaps = logits.gather(1, labels[:, None])[:, 0] - logits.scatter(1, labels[:, None], -torch.inf).amax(1)
    seen = torch.isin(torch.arange(len(labels)), run.rows)
    for half, part in (("train", seen), ("test", ~seen)):
        assert result[f"{half}_loss"] == pytest.approx(float(losses[part].mean()))
        assert result[f"{half}_margin"] == pytest.approx(float(gaps[part].min()))
        assert result[f"{half}_accuracy"] == pytest.approx(float((gaps[part] > 0).double().mean()))
    assert result["margin"] == min(result["train_margin"], result["test_margin"])
    assert result["train_loss"] != pytest.approx(result["test_loss"])
    lines = dict(result_lines(result))
    assert lines["loss"] == f"train {result['train_loss']:.6g}, test {result['test_loss']:.6g}"
    assert lines["margin"] == f"train {result['train_margin']:.6g}, test {result['test_margin']:.6g}"
    (row,) = compare(tmp_path.iterdir())
    assert (row.steps, row.gamma) == (60, None)


def test_exact_margins_are_a_small_part_of_the_work() -> None:
    assert interval(SMALL.changed({"evaluate_every": 7}), Population(parse("mod:5", 2))) == 7
    free = SMALL.changed({"evaluate_every": 0, "steps": 1000})
    assert interval(free, Population(parse("mod:5", 2))) == loop.LEAST_INTERVAL
    batch = free.changed({"batch": 100, "batch_kind": "inputs"})
    assert interval(batch, Population(parse("mod:97", 3))) > 10_000
