"""The proved lower bound of the solver: exact margins of rounded networks, against fractions one product at a time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.addition.maximum import maximum_margin
from margin.solver import DataNetwork, DataSet, exact_margin, from_task, solve
from margin.tasks import ModularAddition


def fraction_margin(network: DataNetwork) -> tuple[Fraction, Fraction]:
    """(margin, lower end of norm^(k+1)) of the network as it stands, by the definition."""
    data, lowest, mass = network.data, [], Fraction(0)
    U = [[Fraction(float(v)) for v in row] for row in network.U]
    W = [[Fraction(float(v)) for v in row] for row in network.W]
    for x, y in zip(data.features, data.labels, strict=True):
        logits = [Fraction(0)] * data.classes
        for i in range(network.width):
            hidden = sum((Fraction(float(v)) * U[j][i] for j, v in enumerate(x)), Fraction(0))
            active = max(hidden, Fraction(0)) if data.degree == "relu" else hidden**data.homogeneity
            logits = [f + active * w for f, w in zip(logits, W[i], strict=True)]
        lowest += [logits[y] - f for c, f in enumerate(logits) if c != y]
    for i in range(network.width):
        square = sum(row[i] ** 2 for row in U) + sum(w * w for w in W[i])
        root = Fraction(np.nextafter(float(square) ** 0.5, 0)) if data.norm_degree % 2 else 1
        mass += square ** (data.norm_degree // 2) * root
    return min(lowest), mass


@given(st.integers(1, 3), st.integers(2, 4), st.integers(1, 3), st.integers(0, 10**6), st.booleans())
@settings(max_examples=30)
def test_exact_margin_of_dyadic_weights(k: int, classes: int, width: int, seed: int, relu: bool) -> None:
    """Weights that rounding leaves alone: the margin is exact, the norm at most 10^-12 too large."""
    generator = np.random.default_rng(seed)
    data = DataSet(generator.integers(-9, 9, (5, 3)) / 4, np.arange(5) % classes, classes, "relu" if relu else k)
    U, W = generator.integers(-99, 99, (3, width)) / 64, generator.integers(-99, 99, (width, classes)) / 64
    U[0, 0] = 1.5
    margin, mass = fraction_margin(network := DataNetwork(data, U, W))
    found = exact_margin(network)
    assert abs(found) <= abs(margin / mass)
    assert float(found) == pytest.approx(float(margin / mass), rel=1e-12)


def test_a_proved_bound_is_below_the_maximum_and_near_the_float() -> None:
    task = ModularAddition(5, 2)
    found = solve(from_task(task))
    proved = exact_margin(found.network)
    exact = maximum_margin(task).exact
    assert proved < exact
    assert float(proved) == pytest.approx(found.value, rel=1e-9)
    assert not exact_margin(DataNetwork(found.network.data, found.network.U, -found.network.W)) > 0
    coarse = exact_margin(found.network, bits=8)
    assert coarse < proved


def test_what_has_no_exact_margin() -> None:
    data = from_task(ModularAddition(3, 2))
    with pytest.raises(ValueError, match="all weights are zero"):
        exact_margin(DataNetwork(data, np.zeros((6, 1)), np.zeros((1, 3))))
    with pytest.raises(ValueError, match="use fewer neurons"):
        exact_margin(DataNetwork(data, np.ones((6, 400_000)), np.ones((400_000, 3))))
