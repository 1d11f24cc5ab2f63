"""Assertions of the domain. tests/test_assertions.py shows that each can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import factorial, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from margin.addition.check import fast_check
from margin.addition.maximum import maximum_margin
from margin.networks.network import Network
from margin.tasks import GroupComposition, ModularAddition, SparseParity, Task
from proofs_check.kernel.verdicts import check_bytes as kernel
from tests.helpers import oracles
from tests.helpers.command_line import Answer, contents
from tests.helpers.oracles import Array
from tests.helpers.program_oracles import group_margin

if TYPE_CHECKING:
    from margin.networks.cosines import CosineNetwork
    from margin.solver import Solution
    from tests.helpers.oracles import AnyNetwork
    from tests.proofs_check.building.checkers import Checker, Verdict

LONGEST_REFUSAL, LONGEST_DETAIL = 1000, 2000  # characters
TOLERANCE = oracles.TOLERANCE


# -- networks ------------------------------------------------------------------------------


def expected_margin(task: Task) -> float:
    """gamma*: a formula for addition and parity, a float64 linear program for groups."""
    if isinstance(task, ModularAddition):
        return oracles.expected_margin(task.n, task.k)
    if isinstance(task, GroupComposition):
        return group_margin(task.group, task.k)
    return factorial(task.k) * sqrt(2 * (task.k + 1) ** -(task.k + 1))


def relative_gaps(network: AnyNetwork, task: Task) -> Array:
    """(f(x)[y] - f(x)[c]) / ||theta||^(k+1) of every input and wrong label, from the weights by the definition."""
    U, W = oracles.arrays(network)
    if isinstance(task, SparseParity):
        assert (U.shape[0], W.shape[1]) == (task.n, 2)
        return oracles.parity_gaps(U, W, task.k) / oracles.norm_power(U[None], W, task.k)
    assert (*U.shape[:2], W.shape[1]) == (task.k, task.n, task.n)
    if isinstance(task, GroupComposition):
        return oracles.group_gaps(U, W, task.group.table()) / oracles.norm_power(U, W)
    return oracles.gaps(U, W) / oracles.norm_power(U, W)


def assert_max_margin(network: AnyNetwork, task: Task) -> None:
    """The least gap over all inputs is gamma* ||theta||^(k+1); for addition every wrong label ties there."""
    relative = relative_gaps(network, task) / expected_margin(task)
    if isinstance(task, ModularAddition):
        assert abs(relative - 1).max() <= TOLERANCE
    assert abs(relative.min() - 1) <= (1e-8 if isinstance(task, GroupComposition) else TOLERANCE)


def assert_not_max_margin(network: AnyNetwork, task: Task) -> None:
    """The normalised margin is strictly below gamma* (it can never be above)."""
    assert relative_gaps(network, task).min() < expected_margin(task) * (1 - 1000 * TOLERANCE)


def assert_near_miss(network: CosineNetwork) -> None:
    """Below the maximum margin by brute force, and not passed by the fast check."""
    assert_not_max_margin(network, network.task)
    assert fast_check(network, maximum_margin(network.task)).passed is False


def assert_same_margin(before: tuple[Array, Array], after: tuple[Array, Array]) -> None:
    """Weights (U, W) of addition with one normalised margin, by the definition and by the library."""
    old, new = (oracles.normalised_margin(*arrays) for arrays in (before, after))
    assert new == pytest.approx(old, rel=1e-9)
    assert Network.from_arrays(*after).normalised_margin() == pytest.approx(old, rel=1e-9)


def assert_solved(solution: Solution, expected: float) -> None:
    """A network within 1e-6 of the maximum margin, by the definition, and a price within 1e-6 above it."""
    assert solution.converged, solution.sentence
    assert solution.value == pytest.approx(expected, rel=1e-6)
    assert solution.upper == pytest.approx(expected, rel=1e-6)
    assert solution.upper > expected * (1 - 1e-12)  # a dual never goes below
    assert oracles.margin_on_data(solution.network) == pytest.approx(solution.value, rel=1e-9)
    assert solution.dual.min() >= 0
    assert solution.dual.sum() == pytest.approx(1)


# -- linear programs -----------------------------------------------------------------------


def dot(x: Sequence[Fraction], y: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(x, y, strict=True)), Fraction(0))


def assert_optimal_pair(
    matrix: Sequence[Sequence[Fraction]],
    bounds: Sequence[Fraction],
    costs: Sequence[Fraction],
    primal: Sequence[Fraction],
    dual: Sequence[Fraction],
) -> None:
    """Of max costs.y, matrix y <= bounds, y >= 0: both sides feasible, of one value; that proves them optimal."""
    assert min([*primal, *dual]) >= 0
    assert all(dot(row, primal) <= bound for row, bound in zip(matrix, bounds, strict=True))
    assert all(dot(column, dual) >= cost for column, cost in zip(zip(*matrix, strict=True), costs, strict=True))
    assert dot(costs, primal) == dot(bounds, dual)


# -- certificates --------------------------------------------------------------------------


def assert_verified(data: bytes, *words: str, check_bytes: Checker = kernel) -> Verdict:
    """The checker verifies the file, and its detail has the words. Returns the verdict."""
    return _assert_verdict("VERIFIED", "", data, words, check_bytes)


def assert_rejected(data: bytes, rule: str, *words: str, check_bytes: Checker = kernel) -> Verdict:
    """The checker rejects the file by that rule and no other, and its detail has the words. Returns the verdict."""
    return _assert_verdict("REJECTED", rule, data, words, check_bytes)


def assert_malformed(data: bytes, *words: str, check_bytes: Checker = kernel) -> Verdict:
    """The checker does not read the file as a certificate, and its detail has the words. Returns the verdict."""
    return _assert_verdict("MALFORMED", "", data, words, check_bytes)


def _assert_verdict(status: str, rule: str, data: bytes, words: tuple[str, ...], check_bytes: Checker) -> Verdict:
    verdict = check_bytes(data)
    assert (verdict.status, verdict.rule) == (status, rule), verdict
    assert 0 < len(verdict.detail) < LONGEST_DETAIL
    assert "gave up" not in verdict.detail
    assert [word for word in words if word not in verdict.detail] == []
    return verdict


# -- commands ------------------------------------------------------------------------------


def assert_refused(
    answer: Answer,
    *words: str,
    program: str = "python -m margin.predict",
    folder: Path | None = None,
    holds: Mapping[str, bytes | None] | None = None,
) -> None:
    """Exit code 2, nothing on stdout, and one short line on stderr: the program's name, then all the words.

    Where a folder is given, it holds what `contents` then shows, by default nothing: the command left it as it was.
    """
    assert (answer.code, answer.out) == (2, ""), answer.err
    assert answer.err.count("\n") == 1
    assert answer.err.endswith("\n")
    assert answer.err.startswith(f"{program}: ")
    assert len(answer.err) < LONGEST_REFUSAL
    assert [word for word in words if word not in answer.err] == [], answer.err
    if folder is not None:
        assert contents(folder) == (holds or {})


def assert_not_refused(answer: Answer, *words: str) -> None:
    """Exit code 0, nothing on stderr, and an answer on stdout that has all the words."""
    assert (answer.code, answer.err) == (0, "")
    assert answer.out
    assert [word for word in words if word not in answer.out] == []
