"""Tables of recurrent networks and transformers: small runs, finished and not, and networks that are planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.tables.test_make import made, rows_of, training
from training import experiments, runs
from training.experiments import Source
from training.models import attention as model
from training.tables.circuits import attention, kept, recurrent, steps
from training.tables.collection import Collection

SMALL = {"task": "mod:7", "width": 8, "dimension": 8, "steps": 4, "evaluate_every": 2, "train_share": 0.5}
SMALL_ATTENTION = {"task": "mod:5", "width": 3, "dimension": 4, "steps": 4, "evaluate_every": 2, "batch": 16}
SMALL_TRANSFORMER = SMALL_ATTENTION | {"dimension": 8, "heads": 2, "head_dimension": 4}
SOURCES = {
    "recurrent": Source("rangamani-rnn", SMALL, (0, 1), (0, 2)),
    "attention": Source("li-attention-k3-p61", SMALL_ATTENTION, (0,), (0, 2)),
    "grokking": Source("li-grokking-k2-p97", SMALL_TRANSFORMER, (0,), (0, 2)),
    "grokking-small": Source("li-grokking-k3-p31", SMALL_TRANSFORMER | {"width": 5}, (0,)),
    "grokking-widths": Source("li-grokking-k3-p31", SMALL_TRANSFORMER | {"width": 6}, (0,)),
}
NAMES = (*recurrent.TABLES, "li-heads", "li-scores", "li-grokking", "rangamani-steps", "circuit-margins")


def substitute(patch: pytest.MonkeyPatch) -> None:
    for name, source in SOURCES.items():
        patch.setitem(experiments.EXPERIMENTS, name, [source])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of short runs of each experiment."""
    folder = tmp_path_factory.mktemp("circuits")
    with pytest.MonkeyPatch.context() as patch:
        substitute(patch)
        answer = training("experiments", *SOURCES, "--out", str(folder))
        assert answer.code == 0, answer.err
    return folder


def test_every_table_is_made(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    substitute(monkeypatch)
    answer = made(*NAMES, "--runs", str(small), "--out", str(tmp_path))
    assert (answer.code, answer.err) == (0, "")
    tables = {name: rows_of(tmp_path / f"{name}.csv") for name in NAMES}
    assert all(row["finished"] == "1" and row["step"] in "24" for name in NAMES[:-2] for row in tables[name])
    assert {row["seed"] for row in tables["rangamani-runs"]} == {"0", "1"}
    for row in tables["rangamani-runs"]:
        assert (row["n"], row["train_share"]) == ("7", "0.5")
    ranks = [row for row in tables["rangamani-ranks"] if (row["seed"], row["matrix"]) == ("0", "unembedding")]
    assert [int(row["rank"]) for row in ranks] == list(range(8))  # 7 x 8
    about = tables["rangamani-runs"][0]
    assert float(ranks[-1]["accuracy"]) == pytest.approx(float(about["accuracy"]), abs=1e-6)
    assert float(ranks[0]["complement"]) == pytest.approx(float(about["accuracy"]), abs=1e-6)
    assert float(ranks[-1]["share"]) == 1
    heads = tables["li-heads"]
    assert len(heads) == 3
    assert max(float(row["size"]) for row in heads) == 1
    assert {row["preset"] for row in tables["li-grokking"]} == {
        *("li-attention-k3-p61", "li-grokking-k2-p97", "li-grokking-k3-p31")
    }
    sizes = [(row["k"], row["p"], row["heads"], row["dimension"], row["width"]) for row in tables["li-grokking"]]
    transformers = [("2", "5", "2", "8", "3"), ("3", "5", "2", "8", "5"), ("3", "5", "2", "8", "6")]
    assert sizes == [("3", "5", "3", "4", "3"), *transformers]
    scores = tables["li-scores"]
    assert [row["seen"] for row in scores] == list("01234") * 3
    assert all(len(row["values"].split()) == 5 for row in scores)
    strongest = max(heads, key=lambda row: float(row["size"]))["head"]
    assert scores[0]["head"] == strongest
    columns = np.array([[float(x) for x in row["values"].split()] for row in scores[:5]])
    np.testing.assert_allclose(columns.mean(0), 0, atol=1e-3 * np.abs(columns).max())
    assert [(row["seed"], row["step"]) for row in tables["rangamani-steps"]] == [(s, t) for s in "01" for t in "24"]
    margins = {row["run"]: (row["k"], row["p"], row["dimension"], row["width"]) for row in tables["circuit-margins"]}
    alone = [("2", "7", "8", "8"), ("2", "7", "8", "8"), ("3", "5", "4", "3")]
    assert list(margins.values()) == [*alone, *((k, p, d, m) for k, p, _, d, m in transformers)]
    assert {row["step"] for row in tables["circuit-margins"]} == {"0", "2", "4"}


def test_an_unfinished_run_is_as_far_as_its_weights(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(experiments.EXPERIMENTS, "recurrent", [Source("rangamani-rnn", SMALL, (0,), (0, 2))])
    (config,) = experiments.EXPERIMENTS["recurrent"][0].configs()
    folder = runs.find(small, config)
    assert folder is not None
    (tmp_path / "runs").mkdir()
    copy = tmp_path / "runs" / folder.name
    copy.mkdir()
    for path in folder.iterdir():
        if path.name not in (runs.RESULT, "seal.json", runs.WEIGHTS):
            (copy / path.name).write_bytes(path.read_bytes())
    (run,) = kept.trained(Collection([tmp_path / "runs"]), "recurrent")
    assert (run.step, run.finished) == (2, False)
    assert [record["step"] for record in run.records] == [0, 2, 4]
    assert run.record == run.records[1]
    (copy / runs.snapshot(2)).unlink()
    with pytest.raises(
        FileNotFoundError, match=r"no run of recurrent under .*python -m training experiments recurrent"
    ):
        kept.trained(Collection([tmp_path / "runs"]), "recurrent")  # weights before the first step are none


@pytest.mark.parametrize(("losses", "step"), [((9, 1, 2), 2), ((9, 2, 1), 4), ((1, 3, 2), 4)])
def test_of_the_kept_weights_those_of_least_test_loss_are_read(
    losses: tuple[int, ...], step: int, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The initial weights are never among them."""
    substitute(monkeypatch)
    records = [{"step": 2 * i, "test_loss": loss} for i, loss in enumerate(losses)]
    monkeypatch.setattr(runs, "read_trajectory", lambda folder: records)
    run, *_ = kept.trained(Collection([small]), "recurrent")
    assert run.step == step
    assert run.record == records[step // 2]
    path = run.folder / (runs.WEIGHTS if step == 4 else runs.snapshot(2))
    assert torch.equal(run.parameters["unembedding"], runs.load_weights(path)["unembedding"])


def planted(small: Path) -> recurrent.Measured:
    """A trained network whose unembedding is replaced by waves of the frequencies 1 (twice as large) and 3."""
    run, *_ = kept.trained(Collection([small]), "recurrent")
    angles = 2 * np.pi * np.outer(np.arange(7), [1, 1, 3, 3]) / 7 - [0, np.pi / 2, 0, np.pi / 2]
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 8)))[0][:4]
    matrix = torch.from_numpy((np.cos(angles) * [2, 2, 1, 1]) @ basis)
    return recurrent.Measured(
        kept.Trained(run.source, run.config, run.folder, 4, True, {**run.parameters, "unembedding": matrix})
    )


def test_planted_frequencies_and_directions(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    substitute(monkeypatch)
    network = planted(small)
    assert network.frequencies("unembedding") == [1, 3]
    assert network.by_power() == [1, 3]
    monkeypatch.setattr(recurrent, "measured", lambda collection: iter([network]))
    rows = recurrent.singular(Collection([])).records()
    own = [row for row in rows if row["matrix"] == "unembedding"]
    assert [row["frequency"] for row in own[:4]] == [1, 1, 3, 3]
    assert [float(row["share"]) for row in own[:4]] == pytest.approx([1, 1, 1, 1])
    assert [float(row["value"]) for row in own[:5]] == pytest.approx([2 * 3.5**0.5] * 2 + [3.5**0.5] * 2 + [0])
    first, second = recurrent.ablation(Collection([])).records()
    assert (first["frequency"], first["directions"], second["frequency"], second["directions"]) == (1, 2, 3, 2)
    for row in (first, second):  # directions and frequencies are the same here
        assert row["single"] == row["exact"]
    assert first["several"] == first["several_exact"] == first["single"]
    whole = network.accuracy("unembedding")(network.matrices["unembedding"])
    assert float(second["only"]) == pytest.approx(whole, abs=1e-5)


def test_a_planted_state_is_fitted(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A last state that is a circle of a + b: of length 1, and no error at its frequency, but at the other."""
    substitute(monkeypatch)
    network = planted(small)
    right = np.linalg.svd(network.matrices["unembedding"])[2]
    sums = 2 * np.pi * np.add.outer(np.arange(7), np.arange(7)) / 7
    network.states["state3"] = np.cos(sums)[..., None] * right[0] + np.sin(sums)[..., None] * right[1]
    network.states["state3"] += 1e-9 * right[2]
    monkeypatch.setattr(recurrent, "measured", lambda collection: iter([network]))
    rows = recurrent.fits(Collection([])).records()
    assert [row["frequency"] for row in rows] == [1, 1, 3, 3] * 2
    assert [row["along"] for row in rows] == ["vector"] * 4 + ["cosine", "sine"] * 2
    assert [float(row["error"]) for row in rows[:2]] == pytest.approx([0, 0], abs=1e-6)
    assert [float(row["error"]) for row in rows[4:6]] == pytest.approx([0, 0], abs=1e-6)  # of the same plane
    assert [float(row["sum_share"]) for row in rows[:2]] == pytest.approx([1, 1])
    assert float(rows[0]["alpha"]) ** 2 + float(rows[0]["beta"]) ** 2 == pytest.approx(1)
    assert float(rows[2]["error"]) == pytest.approx(1)  # constant along this one
    planes = recurrent.planes(Collection([])).records()
    own = {(row["first"], row["second"]): float(row["share"]) for row in planes if row["place"] == "state3"}
    assert own == {(1, 1): pytest.approx(1)}


def test_planted_heads_have_their_waves(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores cos 2 pi (2 a + b)/5, the same plus what all seen inputs share, and none."""
    substitute(monkeypatch)
    a = np.arange(5)
    wave = np.cos(2 * np.pi * (2 * a[:, None] + a) / 5)
    scores = torch.from_numpy(np.stack([wave, wave + 3 * np.cos(2 * np.pi * a / 5), 0 * wave]).reshape(3, -1).T)
    monkeypatch.setattr(model, "tables", lambda parameters: (scores, None))
    first, shared, none = attention.heads(Collection([small])).records()
    for row in (first, shared):
        assert (row["first"], row["second"], row["alive"]) == (2, 1, 1)
        assert float(row["share"]) == pytest.approx(1)
    assert (none["alive"], float(none["share"])) == (0, 0)


def test_first_step() -> None:
    records = [{"step": 0, "x": 0.0}, {"step": 10, "x": 0.99}, {"step": 20, "x": 0.5}]
    assert kept.first_step(records, "x", 0.99) == 10
    assert kept.first_step(records, "x", 0.991) is None


def test_steps_of_planted_waves(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two frequencies with two directions each: paired and pure, and another place's frequencies are not the same."""
    substitute(monkeypatch)
    network = planted(small)
    monkeypatch.setattr(steps, "at_every_step", lambda collection, name: iter([network.run]))
    (row,) = steps.steps(Collection([])).records()
    assert (row["frequencies"], row["pairs"]) == (2, "2")
    assert float(row["least_share"]) == pytest.approx(1)
    assert row["same"] == int(all(network.frequencies(place) == [1, 3] for place in recurrent.PLACES))
    whole = float(row["accuracy"])
    assert float(row["rank_unembedding"]) == pytest.approx(whole, abs=1e-5)  # of rank 4 = 2 x 2
    assert float(row["rank_weight_hh"]) == pytest.approx(whole, abs=1e-5)  # 8 x 8, so rank 32 is all of it
    monkeypatch.setattr(recurrent, "measured", lambda collection: iter([network]))
    first, second = recurrent.ablation(Collection([])).records()
    assert row["half"] == first["several"]
    assert float(row["single"]) == min(float(first["single"]), float(second["single"]))
    own = [fit for fit in recurrent.fits(Collection([])).records() if fit["along"] == "vector"]
    errors = [float(fit["error"]) for fit in own]
    assert float(row["error"]) == pytest.approx(np.median(errors), abs=1e-5)


def test_every_kept_step_and_the_end(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    substitute(monkeypatch)
    found = list(kept.at_every_step(Collection([small]), "recurrent"))
    assert [(run.config.seed, run.step) for run in found] == [(0, 2), (0, 4), (1, 2), (1, 4)]
    assert not torch.equal(found[0].parameters["unembedding"], found[1].parameters["unembedding"])
    with pytest.raises(FileNotFoundError, match="no run of recurrent"):
        list(kept.at_every_step(Collection([small / "none"]), "recurrent"))
