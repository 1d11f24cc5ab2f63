"""The table of two margins: in units of gamma* of all pairs, by the largest weight, and the part's maximum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from margin.networks.network import Network
from margin.solver import from_table, solve
from margin.tasks import ModularAddition
from margin.theory import maximum_margin
from tests.training.tables.test_make import made, rows_of
from training import experiments, runs
from training.config import Config
from training.experiments import EXPERIMENTS, Source, run
from training.loop import Training
from training.tables import squared
from training.tables.weights import weights

SETTINGS = {"task": "mod:3", "width": 24, "steps": 300, "batch_kind": "inputs", "stop_ratio": None}


@pytest.mark.parametrize("most", [squared.MOST_ROWS, 1])
def test_margins_are_those_of_the_weights(most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(squared, "MOST_ROWS", most)
    source = Source("even30", {**SETTINGS, "train_share": 0.67, "evaluate_every": 100}, (0,), (300,))
    monkeypatch.setitem(experiments.EXPERIMENTS, "splits", [source])
    folder = run(source, source.configs()[0], tmp_path / "runs")
    (tmp_path / "out").mkdir()
    answer = made("splits", "--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "out"))
    assert answer.code == 0, answer.err
    rows = rows_of(tmp_path / "out" / "splits.csv")
    assert [row["step"] for row in rows] == ["0", "100", "200", "300"]
    assert {(row["n"], row["share"], row["seed"]) for row in rows} == {("3", "0.67", "0")}
    task = ModularAddition(3, 2)
    gamma = float(maximum_margin(task))
    network = Network(task, *weights(folder / runs.snapshot(300)))
    last = rows[-1]
    assert float(last["margin"]) == pytest.approx(network.normalised_margin() / gamma, rel=1e-5)
    even = 24 * 9**1.5  # neurons times (weights of each)^(nu/2)
    assert float(last["largest"]) == pytest.approx(network.infinity_margin() / even / gamma, rel=1e-5)
    assert abs(float(last["largest"])) <= abs(float(last["margin"]))
    assert float(last["train_margin"]) >= float(last["margin"])
    if most == 1:
        assert {row["part"] for row in rows} == {""}
    else:
        best = float(last["part"])
        assert float(last["train_margin"]) <= best * (1 + 1e-4)
        assert best >= 1 - 1e-4
        assert best == pytest.approx(of_part(source.configs()[0], gamma), rel=1e-3)


def of_part(config: Config, gamma: float) -> float:
    """The maximum margin of the pairs that a run mod 3 trains on, from a table of labels."""
    rows = Training.begin(config).rows
    assert rows is not None
    table = np.full(9, -1)
    table[rows.numpy()] = np.add.outer(range(3), range(3)).ravel()[rows.numpy()] % 3
    return solve(from_table(table.reshape(3, 3), name="part"), tolerance=1e-5).value / gamma


def test_the_runs_are_of_seven_and_of_a_modulus_that_groks() -> None:
    found = [(c.task.posed().n, c.data.train_share) for s in EXPERIMENTS["splits"] for c in s.configs()]
    assert found == [(7, 0.5), (23, 0.5), (23, 0.8)]
