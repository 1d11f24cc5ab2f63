"""Tuples of representations: equations by differences and on every input, searches that end at proved minima."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from margin.composition.tuple_designs import design, design_sizes
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.matrices import representations
from margin.finite_groups.names import group
from margin.finite_groups.real_irreps import real_irreps
from margin.pruning.paths import Cluster
from margin.pruning.tuples import TupleSums, searched

Array = np.ndarray


def matrices(name: str, kind: str, dimension: int) -> Array:
    irreps = real_irreps(character_table(group(name)))[1:]
    (rho,) = representations(group(name), [next(r for r in irreps if (r.type, r.dimension) == (kind, dimension))])
    return np.asarray(rho)


def error(rho: Array, k: int, cluster: Cluster) -> float:
    """Of any logit on any input, relative to that of the wanted character at the identity, by brute force."""
    n, delta = rho.shape[:2]
    x = cluster.parameters.reshape(cluster.width, k + 1, delta)
    x = x / np.linalg.norm(x, axis=2, keepdims=True)
    worst = 0.0
    for inputs in product(range(n), repeat=k):
        hidden = sum(np.einsum("ia,ab,ib->i", x[:, j], rho[g], x[:, j + 1]) for j, g in enumerate(inputs))
        outputs = np.einsum("ia,gab,ib->gi", x[:, 0], rho, x[:, k])
        whole = rho[inputs[0]]
        for g in inputs[1:]:
            whole = whole @ rho[g]
        wanted = np.einsum("ab,gab->g", whole, rho) / delta
        scale = float(np.prod(np.arange(1, k + 1))) / delta**k
        worst = max(worst, float(np.abs(outputs @ (cluster.shares * hidden**k) / scale - wanted).max()))
    return worst


@pytest.mark.parametrize(
    ("name", "kind", "dimension", "k"),
    [
        ("S3", "real", 2, 2),
        ("D4", "real", 2, 2),
        ("Q8", "quaternionic", 4, 2),
        ("C5", "complex", 2, 2),
        ("S3", "real", 2, 3),
    ],
)
def test_constructed_designs_satisfy_the_equations(name: str, kind: str, dimension: int, k: int) -> None:
    rho = matrices(name, kind, dimension)
    commutant = {"real": 1, "complex": 2, "quaternionic": 4}[kind]
    equations = TupleSums(rho, k)
    for chosen in design_sizes(dimension, commutant, k):
        tuples = design(dimension, commutant, k, chosen).reshape(-1, (k + 1) * dimension)
        cluster = Cluster(2 * tuples, np.full(len(tuples), 1 / len(tuples)))  # lengths do not count
        assert np.abs(equations.residual(cluster)).max() < 1e-12
        assert np.abs(equations.residual(Cluster(tuples[1:], cluster.shares[1:]))).max() > 1e-4


def test_derivatives_are_those_of_differences() -> None:
    equations, generator = TupleSums(matrices("S3", "real", 2), 2), np.random.default_rng(0)
    cluster, step = Cluster(generator.standard_normal((3, 6)), generator.uniform(0.1, 1, 3)), 1e-6
    J = equations.jacobian(cluster)
    for i in range(J.shape[1]):
        change = np.zeros(J.shape[1])
        change[i] = step
        difference = equations.residual(cluster.moved(change)) - equations.residual(cluster.moved(-change))
        assert np.abs(J[:, i] - difference / (2 * step)).max() < 1e-7


@pytest.mark.parametrize(
    ("name", "kind", "dimension", "start", "seed", "width"),
    [("S3", "real", 2, 40, 0, 10), ("D4", "real", 2, 30, 2, 8), ("C5", "complex", 2, 20, 0, 6)],
)
def test_searches_end_at_the_proved_minimum(
    name: str, kind: str, dimension: int, start: int, seed: int, width: int
) -> None:
    rho = matrices(name, kind, dimension)
    few = searched(rho, 2, start, seed=seed)
    assert few is not None
    assert few.width == width
    assert error(rho, 2, few) < 1e-9
    broken = Cluster(few.parameters + 0.01, few.shares)
    assert error(rho, 2, broken) > 1e-4


def test_too_few_tuples_are_not_found() -> None:
    assert searched(matrices("S3", "real", 2), 2, 5) is None


def test_no_inputs_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 1 or more"):
        TupleSums(matrices("S3", "real", 2), 0)
