"""The table of networks with one embedding: powers at multiples, their spread, and what is predicted for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from margin.analysis.fourier import dominant, power_at_dominant
from tests.training.tables.test_make import made, rows_of
from training import experiments
from training.experiments import EXPERIMENTS, Source, run
from training.settings import SoftMinimum
from training.tables.shared import multiples, predicted
from training.tables.weights import masses, weights


def test_every_recipe_is_trained_to_the_last_step() -> None:
    sources = EXPERIMENTS["shared"]
    assert [source.preset for source in sources] == [
        *("shared7", "shared11", "shared23", "shared7-k3"),
        *("shared7", "shared11", "shared23"),
    ]
    assert all(config.measuring.stop_ratio is None for source in sources for config in source.configs())
    assert all(isinstance(config.loss, SoftMinimum) for source in sources for config in source.configs())


def test_powers_at_multiples() -> None:
    """Half the power at 0, 3/8 at f and 1/8 at 2f, f = 3 mod 7: 2f is 6, which is 1."""
    x = np.arange(7)
    f, g = (np.cos(2 * np.pi * z * x / 7) for z in (3, 6))
    u = np.sqrt(0.5) + np.sqrt(2 * 3 / 8) * f + np.sqrt(2 / 8) * g
    found = multiples(np.stack([u, u], 1), np.array([3, 1]))
    assert found[:, 0] == pytest.approx([0.5, 0.375, 0.125, 0], abs=1e-12)
    assert found[:, 1] == pytest.approx([0.5, 0.125, 0, 0.375], abs=1e-12)  # of another frequency


def test_the_table_has_every_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"task": "shared:5", "width": 96, "steps": 1500, "stop_ratio": None, "evaluate_every": 1500}
    sharp = {"sharpness_first": 300.0, "sharpness_last": 90_000.0}
    sources = [
        Source("shared7", settings, (0,)),
        Source("shared7", settings | sharp | {"activation": "relu", "steps": 20}, (0,)),
    ]
    monkeypatch.setitem(experiments.EXPERIMENTS, "shared", sources)
    folders = [run(source, source.configs()[0], tmp_path / "runs") for source in sources]
    (tmp_path / "out").mkdir()
    answer = made("shared", "--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "out"))
    assert answer.code == 0, answer.err
    rows = rows_of(tmp_path / "out" / "shared.csv")
    assert len(rows) == 2 * 2 * 3
    powers = [row for row in rows if row["activation"] == "power"]
    assert float(powers[0]["ratio"]) > 0.999
    for row in powers:
        assert float(row["power"]) == pytest.approx(float(row["predicted"]), abs=1e-2)  # at 0.999 of gamma*
    for side in ("u", "w"):
        assert sum(float(row["power"]) for row in powers if row["side"] == side) == pytest.approx(1, abs=1e-6)
        theory = predicted(sources[0].configs()[0].task.posed())  # type: ignore[arg-type]
        assert theory[side].sum() == pytest.approx(1)
    U, W = weights(folders[0] / "weights.safetensors")
    mean = np.average(power_at_dominant(U[0], axis=0), weights=masses(U, W, sources[0].configs()[0]))
    assert float(powers[1]["power"]) == pytest.approx(float(mean), abs=1e-6)
    relu = [row for row in rows if row["activation"] == "relu"]
    assert {row["predicted"] for row in relu} == {row["ratio"] for row in relu} == {""}
    assert all(0 <= float(row["power"]) <= 1 for row in relu)


def test_the_heaviest_neuron_of_each_frequency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"task": "shared:7", "width": 24, "activation": "relu", "steps": 20, "stop_ratio": None}
    monkeypatch.setitem(experiments.EXPERIMENTS, "pizza", [source := Source("shared7", settings, (0,))])
    (config,) = source.configs()
    folder = run(source, config, tmp_path / "runs")
    (tmp_path / "out").mkdir()
    answer = made("pizza", "--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "out"))
    assert answer.code == 0, answer.err
    rows = rows_of(tmp_path / "out" / "pizza.csv")
    U, W = weights(folder / "weights.safetensors")
    mass, frequencies = masses(U, W, config), dominant(U[0], axis=0)
    assert [(row["frequency"], row["side"]) for row in rows] == [(f, side) for f in "123" for side in "uw"]
    for u, w in zip(rows[::2], rows[1::2], strict=True):
        own = np.flatnonzero(frequencies == int(u["frequency"]))
        i = int(u["neuron"])
        assert i in own
        assert (int(u["cluster"]), mass[i]) == (len(own), mass[own].max())
        np.testing.assert_allclose([float(x) for x in u["values"].split()], U[0, :, i], rtol=1e-3)
        np.testing.assert_allclose([float(x) for x in w["values"].split()], W[i], rtol=1e-3)
    assert sum(int(row["cluster"]) for row in rows[::2]) == 24
