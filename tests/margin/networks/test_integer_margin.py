"""The proved lower bound of the solver: exact margins of rounded networks, against fractions one product at a time."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nextafter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.addition.maximum import maximum_margin
from margin.networks.activations import NAMED, Absolute, Activation, Polynomial, Power, ReLU
from margin.networks.inputs import AbsentData
from margin.networks.integer_margin import exact_margin, float_below, root_above
from margin.networks.network import Network
from margin.solver import DataSet, from_task, solve
from margin.tasks import GroupComposition, ModularAddition, SparseParity
from tests.helpers import oracles

ACTIVATIONS = [*map(Power, range(1, 4)), *dict.fromkeys(NAMED.values())]


def fraction_margin(network: Network) -> tuple[Fraction, Fraction]:
    """(margin, lower end of norm^degree) of the network as it stands, by the definition."""
    data, lowest, mass = network.data, [], Fraction(0)
    U = [[Fraction(float(v)) for v in row] for row in network.U]
    W = [[Fraction(float(v)) for v in row] for row in network.W]
    for x, y in zip(data.features, data.labels, strict=True):
        logits = [Fraction(0)] * data.classes
        for i in range(network.width):
            hidden = sum((Fraction(float(v)) * U[j][i] for j, v in enumerate(x)), Fraction(0))
            active = oracles.activated(network.activation.name, hidden)
            logits = [f + active * w for f, w in zip(logits, W[i], strict=True)]
        lowest += [logits[y] - f for c, f in enumerate(logits) if c != y]
    for i in range(network.width):
        square = sum(row[i] ** 2 for row in U) + sum(w * w for w in W[i])
        root = Fraction(np.nextafter(float(square) ** 0.5, 0)) if network.degree % 2 else 1
        mass += square ** (network.degree // 2) * root
    return min(lowest), mass


@given(st.sampled_from(ACTIVATIONS), st.integers(2, 4), st.integers(1, 3), st.integers(0, 10**6))
@settings(max_examples=30)
def test_exact_margin_of_dyadic_weights(activation: Activation, classes: int, width: int, seed: int) -> None:
    """Weights that rounding leaves alone: the margin is exact, the norm at most 10^-12 too large."""
    generator = np.random.default_rng(seed)
    data = DataSet(generator.integers(-9, 9, (5, 3)) / 4, np.arange(5) % classes, classes, activation)
    U, W = generator.integers(-99, 99, (3, width)) / 64, generator.integers(-99, 99, (width, classes)) / 64
    U[0, 0] = 1.5
    margin, mass = fraction_margin(network := Network(data, U, W))
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
    assert not exact_margin(Network(found.network.data, found.network.U, -found.network.W)) > 0
    coarse = exact_margin(found.network, bits=8)
    assert coarse < proved


def test_what_has_no_exact_margin() -> None:
    data = from_task(ModularAddition(3, 2))
    with pytest.raises(ValueError, match="all weights are zero"):
        exact_margin(Network(data, np.zeros((6, 1)), np.zeros((1, 3))))
    with pytest.raises(ValueError, match="use fewer neurons"):
        exact_margin(Network(data, np.ones((6, 400_000)), np.ones((400_000, 3))))
    with pytest.raises(ValueError, match="activation 1 \\+ 1\\*x\\^2 is not homogeneous"):
        exact_margin(Network(data, np.ones((6, 1)), np.ones((1, 3)), Polynomial((1, 0, 1))))
    with pytest.raises(ValueError, match="no inputs of data set elsewhere are known"):
        exact_margin(Network(AbsentData("elsewhere", 6, 3, Power(2)), np.ones((6, 1)), np.ones((1, 3))))


@pytest.mark.parametrize("activation", [None, ReLU(), Absolute()], ids=str)
@pytest.mark.parametrize(
    "task", [ModularAddition(4, 2), ModularAddition(3, 3), GroupComposition("S3", 2), SparseParity(4, 3)], ids=str
)
def test_exact_margin_of_a_task_is_that_of_its_data(
    task: ModularAddition | GroupComposition | SparseParity, activation: Activation | None
) -> None:
    """Elements and bits as they come, against one-hot features; and near the float."""
    random, data = np.random.default_rng(0), from_task(task, activation)
    rows, classes = data.features.shape[1], data.classes
    U, W = random.standard_normal((rows, 3)), random.standard_normal((3, classes))
    on_data = Network(data, U, W)
    on_task = Network(task, U.reshape(*((task.n, 3) if classes == 2 else (task.k, task.n, 3))), W, activation)
    assert exact_margin(on_task) == exact_margin(on_data)
    assert float(exact_margin(on_task)) == pytest.approx(on_task.normalised_margin(), rel=1e-9)
    other = Network(data, 2 * U, W)
    assert exact_margin(other) != exact_margin(on_data)


@given(st.fractions(min_value=0), st.sampled_from([1, 60, 80]))
def test_roots_from_above(value: Fraction, bits: int) -> None:
    root = root_above(value, bits)
    assert value <= root**2
    assert root_above(value**2, bits) == value
    below = root - Fraction(1, 1 << bits)
    assert root**2 == value or below < 0 or below**2 <= value


@given(st.fractions(max_denominator=10**40) | st.floats(-1e308, 1e308).map(Fraction))
def test_a_float_that_is_proved_is_the_largest_at_most_the_value(value: Fraction) -> None:
    below = float_below(value)
    assert Fraction(below) <= value < Fraction(nextafter(below, inf))


def test_the_nearest_float_may_be_above() -> None:
    value = Fraction(1) - Fraction(1, 2**60)
    assert (float(value), float_below(value)) == (1.0, nextafter(1.0, 0.0))
