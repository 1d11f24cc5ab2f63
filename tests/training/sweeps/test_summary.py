"""Lines of a shard's table: planted networks are described as they were planted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from training.config import Config
from training.ensembles.ensemble import Ensemble, Member
from training.models.embedding import Embedding
from training.presets import preset
from training.sweeps.parquet import SCHEMA, read, written
from training.sweeps.shard import Shard
from training.sweeps.summary import HISTOGRAM, line, packed, unpacked
from training.sweeps.work import work

SMALL = {"task": "mod:7", "width": 6, "dimension": 4, "batch": 7, "train_share": 0.7}


def config(**more: Any) -> Config:
    return preset("multiscale-n89-batch").config("smoke").changed(SMALL | more)


def planted(n: int = 23, seed: int = 0) -> Member:
    """Five neurons: three simple of frequency 3, one simple of 5, and one of 5 whose output has another frequency."""
    settings = {"task": f"mod:{n}", "width": 6, "dimension": 2 * n, "dtype": "float64"}
    member = Ensemble([config(**settings, seed=seed)]).train()[0]
    turns, zeros = np.arange(n) / n, np.zeros((n, n))
    rows = []
    neurons = [(3, 0.1, 0.2, 3), (3, 0.4, 0.3, 3), (3, 0.0, 0.9, 3), (5, 0.3, 0.3, 5), (5, 0.5, 0.1, 7)]
    for z, first, second, out in neurons:
        waves = [np.cos(2 * np.pi * (f * turns + p)) for f, p in ((z, first), (z, second), (out, first + second))]
        rows.append(np.stack(waves))
    rows.append(np.zeros((3, n)))  # a dead one
    vectors = np.stack(rows, 2)  # (3, n, m)
    identity = np.concatenate([np.eye(n), zeros], 1), np.concatenate([zeros, np.eye(n)], 1)
    hidden = np.concatenate([vectors[0].T, np.zeros((6, n)), np.zeros((6, n)), vectors[1].T], 1)
    values = {"embedding": np.stack(identity), "hidden": hidden, "output": vectors[2]}
    for name, value in values.items():
        member.model.parameters[name].data = torch.from_numpy(value.copy())
    return member


def test_a_planted_network() -> None:
    values = line(planted(), False)
    assert (values["live"], values["simple"]) == (5, 4)
    assert values["frequencies"] == [3, 5]
    assert values["sizes"] == [3, 2]
    assert values["shares"] == pytest.approx([0.6, 0.4])
    assert values["over_one"] == 0.0
    assert values["near_zero"] == pytest.approx(1 - 1 / (2 * 23))
    assert sum(values["bins"]) == 2 * 23 * 46
    assert np.flatnonzero(values["bins"]).tolist() == [60, 80]
    assert HISTOGRAM[[60, 80]].tolist() == [0.0, 1.0]
    assert values["weights"] is None
    assert set(values) == set(SCHEMA.names)


def test_weights_beyond_the_histogram_are_in_its_last_bins() -> None:
    member = planted()
    table = member.model.parameters["embedding"]
    table[0, 0, 0], table[0, 0, 1] = 5.0, -4.0
    values = line(member, False)
    assert (values["bins"][0], values["bins"][-1]) == (1, 1)
    assert values["over_one"] == pytest.approx(2 / table.numel())


def test_a_diverged_network_has_a_line_that_says_so() -> None:
    ensemble = Ensemble(Shard(config(), (0, 1), False).configs)
    ensemble.stack.parameters["bias"][1] = torch.nan
    good, bad = (line(member, True) for member in ensemble.train())
    assert good["error"] is None
    assert bad["error"].startswith("the loss is nan at step 10")
    assert bad["live"] is bad["bins"] is bad["margin"] is None
    assert bad["seed"] == 1
    assert set(bad) == set(good) == set(SCHEMA.names)


def test_networks_of_another_kind_have_what_is_known_of_them() -> None:
    (member,) = Ensemble([Config.of(task="mod:5", k=2, width=8, steps=5, evaluate_every=5)]).train()
    values = line(member, False)
    assert values["normalised_margin"] == member.record["normalised_margin"]
    assert values["live"] is None
    assert set(values) == set(SCHEMA.names)


def test_weights_are_kept_in_float16() -> None:
    arrays = {"a": np.array([[1.0, -0.25], [3.5, 0.0]]), "b": np.array([0.1])}
    back = unpacked(packed(arrays), {"a": [2, 2], "b": [1]})
    assert np.array_equal(back["a"], arrays["a"])
    assert back["b"] == pytest.approx(0.1, rel=1e-3)
    with pytest.raises(ValueError, match=r"weights of 5 numbers, expected 6 for the shapes"):
        unpacked(packed(arrays), {"a": [2, 2], "b": [2]})


def test_a_shards_file_can_be_read_and_is_the_same_again(tmp_path: Path) -> None:
    shard = Shard(config(), (3, 8), True)
    file = tmp_path / "shard.parquet"
    file.write_bytes(work(shard.text))
    assert work(shard.text) == file.read_bytes()
    lines, notes = read(file)
    assert [row["seed"] for row in lines] == [3, 8]
    assert [row["config"] for row in lines] == [config.digest() for config in shard.configs]
    assert Shard.of(notes["shard"]).name == shard.name
    member = Ensemble(shard.configs).train()[1]
    assert isinstance(member.model, Embedding)
    import json

    weights = unpacked(lines[1]["weights"], json.loads(notes["shapes"]))
    assert list(weights) == list(member.model.parameters)
    for name, tensor in member.model.parameters.items():
        assert weights[name] == pytest.approx(tensor.numpy(), rel=1e-3, abs=1e-6)
    assert read(file, ["seed"])[0] == [{"seed": 3}, {"seed": 8}]
    assert written(shard, Ensemble(shard.configs).train()) == file.read_bytes()


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "shard.parquet"
    file.write_bytes(b"PAR1")
    with pytest.raises(ValueError, match=r"no table of a shard .*; remove it and repeat the sweep"):
        read(file)
