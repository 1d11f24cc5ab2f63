"""The analysis against the separate functions it replaces. DROP each test together with the function it imports.

Each function is imported inside its test. `==` is bit for bit.
"""

from __future__ import annotations

import numpy as np
import pytest

from margin.analysis.clusters import Clusters, covered, live
from margin.analysis.fourier import dominant, power_at_dominant, power_without_mean
from margin.analysis.isotypic import dominant_irrep, isotypic_power
from margin.analysis.phases import phase_residuals

SHAPES = [(2, 7, 5), (1, 2, 3), (3, 12, 4), (2, 3, 1), (2, 71, 40)]  # k, n, m


def weights(k: int, n: int, m: int, mean: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(n)
    return rng.normal(size=(k, n, m)) + mean, rng.normal(size=(m, n)) + mean


def joined(U: np.ndarray, W: np.ndarray) -> np.ndarray:
    return np.concatenate([U, W.T[None]])


@pytest.mark.parametrize(("k", "n", "m"), SHAPES)
def test_training_observables(k: int, n: int, m: int) -> None:
    """training.observables._modular, where no neuron's mean holds most of its norm."""
    pytest.importorskip("torch")
    from training.observables import features
    from training.tasks import problem

    U, W = weights(k, n, m)
    U, W = U - U.mean(1, keepdims=True), W - W.mean(1, keepdims=True)
    vectors, old = joined(U, W), features(problem(f"mod:{n}", k), U, W)
    assert (power_at_dominant(vectors, 1, pooled=0) == old.power).all()
    frequencies = dominant(vectors, 1, pooled=0)
    assert (frequencies - 1 == old.dominant).all()
    assert old.residuals is not None
    assert (phase_residuals(vectors, frequencies) == old.residuals).all()


def test_training_observables_take_a_large_mean_for_the_dominant_frequency() -> None:
    """Where they differ: the share reported there is the mean's, beside the frequency of another share."""
    pytest.importorskip("torch")
    from training.observables import features
    from training.tasks import problem

    vector = 1.5 + np.cos(2 * np.pi * np.arange(7) / 7)
    U, W = np.stack([vector, vector])[:, :, None], vector[None]
    old = features(problem("mod:7", 2), U, W)
    assert (old.power.tolist(), old.dominant.tolist()) == (pytest.approx([9 / 11]), [0])
    assert power_at_dominant(joined(U, W), 1, pooled=0).tolist() == pytest.approx([2 / 11])


@pytest.mark.parametrize("name", ["S3", "Q8", "S4"])
def test_training_isotypic_parts(name: str) -> None:
    """training.observables._irreps, the trivial representation left out as there."""
    pytest.importorskip("torch")
    from training.observables import features
    from training.tasks import problem

    task = problem(f"group:{name}", 2)
    U, W = weights(2, task.n, 6)
    old = features(task, U, W)
    shares = isotypic_power(joined(U, W), task.table, task.irreps(), 1, pooled=0)
    assert (shares.max(0) == old.power).all()
    assert (dominant_irrep(shares, 0) == old.dominant).all()


def test_training_summary() -> None:
    """training.observables: LIVE, COVERED, neurons and shares of each frequency."""
    torch = pytest.importorskip("torch")
    from training import observables
    from training.reference import masses
    from training.tasks import problem

    U, W = weights(2, 11, 60)
    U[:, :, :7] *= 1e-3
    W[:7] *= 1e-3
    mass = masses(torch.from_numpy(U), torch.from_numpy(W), 3).numpy()
    old = observables.summary(problem("mod:11", 2), torch.from_numpy(U), torch.from_numpy(W))
    clusters = Clusters(dominant(joined(U, W), 1, pooled=0) - 1, mass, 5)
    assert live(mass).sum() == old["live"] == 53
    assert clusters.sizes.tolist() == old["neurons"]
    assert [float(f"{x:.6g}") for x in clusters.shares] == old["shares"]
    for shares in (old["shares"], [1.0, 0.0], [0.99, 0.01], [0.991, 0.009]):
        assert covered(shares) == observables.covered(shares)


@pytest.mark.parametrize("n", [2, 3, 8, 71])
def test_tables_of_figures(n: int) -> None:
    """benchmarks.figure_data.power: vectors in columns."""
    pytest.importorskip("torch")
    from benchmarks.figure_data import power as old

    u = np.random.default_rng(n).normal(size=(n, 30)) + 1.5
    assert (power_without_mean(u, 0) == old(u)).all()
