"""Separability in exact arithmetic: cases with their twins, and all labels of few points against a linear program."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from margin.networks.activations import Absolute, Activation, Power, ReLU
from margin.solver import DataSet, Outcome, from_task, solve
from margin.solver.clock import Clock
from margin.solver.separability import has_zero_input, separable
from margin.tasks import ModularAddition, SparseParity

SIGNS = [[1, 1], [1, -1], [-1, 1], [-1, -1]]
Points = Sequence[Sequence[float]]


def points(features: Points, labels: list[int], activation: Activation) -> DataSet:
    return DataSet(np.array(features, float), np.array(labels), max(labels) + 1, activation)


CASES: dict[str, tuple[Points, list[int], Activation, bool]] = {
    "near": ([[1, 0], [1, 1e-7]], [0, 1], Power(2), True),
    "nearest": ([[1, 0], [1, 5e-324]], [0, 1], Power(2), True),
    "nearly opposite, even": ([[1, 1], [-1, -1.00000001]], [0, 1], Power(2), True),
    "opposite, even": ([[1, 1], [-1, -1]], [0, 1], Power(2), False),
    "opposite, odd": ([[1, 1], [-1, -1]], [0, 1], Power(3), True),
    "one ray, even": ([[1, 2], [2, 4]], [0, 1], Power(2), False),
    "one ray, one label": ([[1, 2], [2, 4], [1, 0]], [0, 0, 1], Power(2), True),
    "opposite, ReLU": ([[1, 1], [-1, -1]], [0, 1], ReLU(), True),
    "opposite, |x|": ([[1, 1], [-1, -1]], [0, 1], Absolute(), False),
    "near, |x|": ([[1, 1], [-1, -1.00000001]], [0, 1], Absolute(), True),
    "one ray, ReLU": ([[1, 1], [3, 3]], [0, 1], ReLU(), False),
    "zero": ([[0, 0], [1, 0], [0, 1]], [0, 1, 1], ReLU(), False),
    "no zero": ([[1e-300, 0], [-1, 0], [0, 1]], [0, 1, 1], ReLU(), True),
    "exclusive or, linear": (SIGNS, [0, 1, 1, 0], Power(1), False),
    "exclusive or, square": (SIGNS, [0, 1, 1, 0], Power(2), True),
    "first sign, linear": (SIGNS, [0, 0, 1, 1], Power(1), True),
    "first sign, square": (SIGNS, [0, 0, 1, 1], Power(2), False),
    "odd parts, ReLU": ([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]], [0, 1, 0, 1, 1, 0], ReLU(), False),
    "odd parts that agree": ([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]], [0, 1, 0, 1, 0, 1], ReLU(), True),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    features, labels, activation, expected = CASES[name]
    assert separable(points(features, labels, activation)) is expected


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_all_labels_of_few_points_against_a_linear_program(degree: int) -> None:
    """The same system over monomials in float64, on points with small integers, where rounding decides nothing."""
    corners = np.array([[1, 0], [0, 1], [1, 1], [2, -1], [-1, 1]], float)
    monomials = np.stack([corners[:, 0] ** i * corners[:, 1] ** (degree - i) for i in range(degree + 1)], axis=1)
    seen = set()
    for labels in product((0, 1), repeat=len(corners)):
        if len(set(labels)) == 1:
            continue
        signed = monomials * np.where(np.array(labels) == 0, 1, -1)[:, None]
        answer = linprog(
            np.zeros(degree + 1), A_ub=-signed, b_ub=-np.ones(len(signed)), bounds=[(None, None)] * (degree + 1)
        )
        expected = answer.status == 0
        seen.add(expected)
        assert separable(points(corners.tolist(), list(labels), Power(degree))) is expected
    assert seen == {True, False}


@given(st.integers(0, 10**6), st.sampled_from([Power(1), Power(2), ReLU(), Absolute()]))
@settings(max_examples=20, deadline=None)
def test_a_network_that_separates_is_believed(seed: int, activation: Activation) -> None:
    """Labels made by a network are separable, whatever the points."""
    generator = np.random.default_rng(seed)
    X = generator.integers(-2, 3, (8, 2)).astype(float)
    X = X[X.any(axis=1)]
    logits = activation.value(X @ generator.standard_normal((2, 5))) @ generator.standard_normal((5, 3))
    labels = logits.argmax(axis=1)
    assert len(X) == 0 or separable(DataSet(X, labels, 3, activation)) is True


def test_tasks() -> None:
    assert separable(from_task(ModularAddition(5, 2))) is True
    assert separable(from_task(ModularAddition(5, 2), Power(1))) is False
    assert separable(from_task(ModularAddition(4, 3), Power(2))) is False
    assert separable(from_task(SparseParity(4, 3), Power(2))) is False
    assert separable(from_task(SparseParity(4, 3))) is True


def test_too_large_and_too_late_are_undecided() -> None:
    five = points([[*row, 1.0] for row in [*SIGNS, [2, 3]]], [0, 1, 1, 0, 0], Power(1))
    assert separable(five, Clock(1e-9)) is None
    assert separable(five, Clock(1000)) is False
    assert separable(points([[1e300, 1], [1e-300, 2]], [0, 1], Power(100))) is None
    generator = np.random.default_rng(0)
    large = DataSet(generator.standard_normal((500, 3)), np.arange(500) % 2, 2, Power(1))
    assert separable(large) is None
    huge = DataSet(generator.standard_normal((50_000, 5)), np.arange(50_000) % 2, 2, ReLU())
    assert separable(huge) is None


def test_what_is_not_decided_is_called_undecided() -> None:
    signs = np.array([[1.0, *row] for row in np.array(np.meshgrid(*[[-1, 1]] * 9)).reshape(9, -1).T])
    found = solve(DataSet(signs, (signs.prod(axis=1) > 0).astype(int), 2, Power(1)))  # parity: 512 inputs
    assert (found.value, found.status, found.converged) == (0, Outcome.UNDECIDED, False)
    assert found.sentence.startswith("undecided")
    few = np.array(SIGNS, float)
    known = solve(DataSet(few, np.array([0, 1, 1, 0]), 2, Power(1)))
    assert (known.status, known.converged, known.upper) == (Outcome.SEPARATED_BY_NONE, True, 0)


def test_points_that_are_near_are_separated() -> None:
    """gamma* is 1e7 times smaller than for points at distance 1, and not 0."""
    scaled = {}
    for distance in (1e-6, 1e-7):
        found = solve(points([[1, 0], [1, distance]], [0, 1], Power(2)), tolerance=1e-4)
        assert found.converged, found.sentence
        scaled[distance] = found.value / distance
    assert scaled[1e-7] == pytest.approx(scaled[1e-6], rel=1e-3)
    opposite = solve(points([[1, 1], [-1, -1.00000001]], [0, 1], Power(2)), tolerance=1e-4)
    assert 1e-9 < opposite.value < 1e-8
    same = solve(points([[1, 1], [-1, -1]], [0, 1], Power(2)))
    assert (same.value, same.status) == (0, Outcome.SEPARATED_BY_NONE)


def test_margins_below_rounding_are_not_claimed() -> None:
    found = solve(points([[1, 0], [1, 1e-18]], [0, 1], Power(2)))
    assert (found.value, found.status, found.converged) == (0, Outcome.TOO_SMALL, False)
    assert "some network separates the data" in found.sentence


@pytest.mark.parametrize("activation", [ReLU(), Absolute(), Power(2)], ids=str)
def test_an_input_of_zeros_is_separated_by_none(activation: Activation) -> None:
    data = points([[0, 0], [1, 0], [0, 1]], [0, 1, 1], activation)
    assert has_zero_input(data)
    found = solve(data)
    assert (found.value, found.upper, found.status) == (0, 0, Outcome.SEPARATED_BY_NONE)
    other = points([[1, 1], [1, 0], [0, 1]], [0, 1, 1], activation)
    assert not has_zero_input(other)
    assert solve(other, tolerance=1e-3, most_rounds=10).value > 0
