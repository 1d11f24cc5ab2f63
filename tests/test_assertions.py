"""Each assertion on networks, linear programs, certificates and commands raises on what it must not let pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from margin.addition.check import fast_check
from margin.addition.construction import construct as construct_addition
from margin.addition.maximum import maximum_margin as maximum_addition
from margin.networks.network import Network
from margin.numbers.simplex import Tableau
from margin.solver import Outcome, Solution, from_task, solve
from margin.tasks import GroupComposition, ModularAddition, SparseParity, Task
from margin.theory import construct, maximum_margin
from proofs_check.kernel.form import Verdict
from tests.helpers import assertions, oracles
from tests.helpers.assertions import (
    LONGEST_DETAIL,
    LONGEST_REFUSAL,
    assert_malformed,
    assert_max_margin,
    assert_near_miss,
    assert_not_max_margin,
    assert_not_refused,
    assert_optimal_pair,
    assert_refused,
    assert_rejected,
    assert_same_margin,
    assert_solved,
    assert_verified,
    expected_margin,
)
from tests.helpers.command_line import Answer, contents
from tests.helpers.forgeries import with_turned_phase, without_frequency
from tests.proofs_check.building.make_corpus import stored

TASKS = [ModularAddition(7, 2), ModularAddition(6, 3), GroupComposition("S3", 2), SparseParity(5, 3)]


# -- networks ------------------------------------------------------------------------------


def without_neuron(network: Network) -> Network:
    return Network(network.on, np.delete(network.U, 0, -1), np.delete(network.W, 0, 0))


def numeric(task: Task) -> Network:
    network = construct(task)
    return network if isinstance(network, Network) else network.numeric()


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_max_margin_and_its_twin(task: Task) -> None:
    network = numeric(task)
    heavier = network.scaled(1.5)
    for right in (network, heavier):
        assert_max_margin(right, task)
        with pytest.raises(AssertionError):
            assert_not_max_margin(right, task)
    fewer = without_neuron(network)
    assert_not_max_margin(fewer, task)
    with pytest.raises(AssertionError):
        assert_max_margin(fewer, task)


@pytest.mark.parametrize("assertion", [assert_max_margin, assert_not_max_margin])
def test_a_network_of_another_size_is_neither(assertion: Callable[[Network, Task], None]) -> None:
    for network, task in (
        (numeric(ModularAddition(5, 2)), ModularAddition(5, 3)),
        (numeric(ModularAddition(5, 2)), ModularAddition(6, 2)),
        (numeric(ModularAddition(6, 2)), ModularAddition(5, 2)),
        (numeric(SparseParity(4, 2)), SparseParity(5, 2)),
    ):
        with pytest.raises(AssertionError):
            assertion(network, task)


def test_the_labels_of_a_group_are_those_of_its_product() -> None:
    """Not that of the inputs in the other order, and not the sum mod 6, though the sizes are the same."""
    task = GroupComposition("S3", 2)
    network = numeric(task)
    assert_not_max_margin(Network(task, network.U[::-1], network.W), task)
    assert_not_max_margin(numeric(ModularAddition(6, 2)), task)


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_the_margin_expected_is_the_predicted_one(task: Task) -> None:
    assert expected_margin(task) == pytest.approx(float(maximum_margin(task)), rel=1e-8)


def test_a_tie_is_missed_where_one_label_is_lower_than_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a frequency some wrong labels are further away than gamma*, others nearer."""
    network = construct_addition(ModularAddition(5, 2))
    forged = without_frequency(network, 1)
    gamma = expected_margin(network.task)
    gaps = oracles.gaps(*oracles.arrays(forged))
    assert gaps.max() > gamma
    with pytest.raises(AssertionError):
        assert_max_margin(forged, network.task)
    monkeypatch.setattr(assertions, "relative_gaps", lambda *_: gamma * np.array([[1, 1.01]]))
    with pytest.raises(AssertionError):
        assert_max_margin(network, network.task)


def test_near_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    network = construct_addition(ModularAddition(7, 2))
    forged = with_turned_phase(network, 0)
    assert_near_miss(forged)
    with pytest.raises(AssertionError):
        assert_near_miss(network)
    passed = fast_check(network, maximum_addition(network.task))
    monkeypatch.setattr(assertions, "fast_check", lambda *_: passed)
    with pytest.raises(AssertionError):
        assert_near_miss(forged)


def test_same_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    U, W = oracles.arrays(construct_addition(ModularAddition(6, 2)))
    assert_same_margin((U, W), (2 * U, 2 * W))
    assert_same_margin((U, W), (U[::-1], W))
    for other in ((U[:, 5 * np.arange(6) % 6], W), (2 * U, W)):
        with pytest.raises(AssertionError):
            assert_same_margin((U, W), other)
    margin = oracles.normalised_margin(U, W)
    monkeypatch.setattr(Network, "normalised_margin", lambda self: margin)
    with pytest.raises(AssertionError):
        assert_same_margin((U, W), (2 * U, W))
    monkeypatch.setattr(Network, "normalised_margin", lambda self: margin / 2)
    with pytest.raises(AssertionError):
        assert_same_margin((U, W), (2 * U, 2 * W))


def test_solved() -> None:
    task = ModularAddition(3, 2)
    gamma, solution = expected_margin(task), solve(from_task(task))
    assert_solved(solution, gamma)
    fewer = without_neuron(solution.network)
    assert np.count_nonzero(solution.dual) > 1
    first, second, *_ = np.flatnonzero(solution.dual)
    negative = solution.dual.copy()
    negative.flat[[first, second]] += negative.flat[first] * np.array([-2, 2])
    forgeries: dict[str, Solution] = {
        "not converged": replace(solution, status=Outcome.ROUND_LIMIT),
        "value": replace(solution, value=solution.value * (1 + 1e-5)),
        "loose price": replace(solution, upper=gamma * (1 + 1e-5)),
        "price below": replace(solution, upper=gamma * (1 - 1e-9)),
        "network": replace(solution, network=fewer),
        "network and its value": replace(solution, network=fewer, value=oracles.margin_on_data(fewer)),
        "negative dual": replace(solution, dual=negative),
        "heavy dual": replace(solution, dual=1.01 * solution.dual),
    }
    for forged in forgeries.values():
        with pytest.raises(AssertionError):
            assert_solved(forged, gamma)
    with pytest.raises(AssertionError):
        assert_solved(solution, gamma * (1 + 1e-5))


# -- linear programs -----------------------------------------------------------------------


def test_optimal_pair() -> None:
    """max y, y <= 1, and what is not feasible or not optimal; with a second variable one side is negative."""
    one, two = Fraction(1), Fraction(2)
    program = [[one]], [one], [one]
    assert_optimal_pair(*program, [one], [one])
    for primal, dual in (([one], [two]), ([0 * one], [0 * one]), ([0 * one], [one]), ([two], [two])):
        with pytest.raises(AssertionError):
            assert_optimal_pair(*program, primal, dual)
    tableau = Tableau(*program)
    with pytest.raises(AssertionError):
        assert_optimal_pair(*program, tableau.primal(), tableau.dual())
    tableau.maximise()
    assert_optimal_pair(*program, tableau.primal(), tableau.dual())
    with pytest.raises(AssertionError):
        assert_optimal_pair([[one, -one]], [0 * one], [one, -one], [-one, -one], [one])


# -- certificates --------------------------------------------------------------------------

VALID = stored("composition", "valid")["S3-k2"]
FORGED = stored("composition", "invalid")["DUAL--weights-doubled"]
BROKEN = b"{}"


def test_each_status_is_that_of_one_assertion() -> None:
    assert assert_verified(VALID, "gamma* =").status == "VERIFIED"
    assert assert_rejected(FORGED, "DUAL").rule == "DUAL"
    assert assert_malformed(BROKEN, "canonical bytes").status == "MALFORMED"
    for data in (FORGED, BROKEN):
        with pytest.raises(AssertionError):
            assert_verified(data)
    for data, rule in ((VALID, "DUAL"), (VALID, ""), (BROKEN, "DUAL"), (BROKEN, ""), (FORGED, "PRIMAL"), (FORGED, "")):
        with pytest.raises(AssertionError):
            assert_rejected(data, rule)
    for data in (VALID, FORGED):
        with pytest.raises(AssertionError):
            assert_malformed(data)


def test_the_words_must_be_there() -> None:
    for asserted in (
        partial(assert_verified, VALID, "gamma* =", "gamma* >="),
        partial(assert_rejected, FORGED, "DUAL", "no such word"),
        partial(assert_malformed, BROKEN, "no such word"),
    ):
        with pytest.raises(AssertionError):
            asserted()


@pytest.mark.parametrize("detail", ["", "x" * LONGEST_DETAIL, "gave up: too deep"])
def test_a_verdict_says_why_and_briefly(detail: str) -> None:
    with pytest.raises(AssertionError):
        assert_verified(VALID, check_bytes=lambda data: Verdict("VERIFIED", "", detail))
    assert_verified(BROKEN, check_bytes=lambda data: Verdict("VERIFIED", "", "why"))


# -- commands ------------------------------------------------------------------------------

PROGRAM = "python -m margin.predict"
LINE = f"{PROGRAM}: --p 1: expected an integer >= 2\n"


def test_refused() -> None:
    refusal = Answer(2, "", LINE)
    assert_refused(refusal, "--p 1", ">= 2")
    assert_refused(replace(refusal, err=LINE.replace("predict", "solve")), program="python -m margin.solve")
    for forged in (
        replace(refusal, code=1),
        replace(refusal, code=0),
        replace(refusal, out="\n"),
        replace(refusal, err=""),
        replace(refusal, err=LINE.strip()),
        replace(refusal, err=LINE + LINE),
        replace(refusal, err=LINE.strip() + "\nmore"),
        replace(refusal, err=LINE.replace("predict", "solve")),
        replace(refusal, err=f"{PROGRAM}{LINE.removeprefix(PROGRAM + ': ')}"),
        replace(refusal, err=f"{LINE.strip():{LONGEST_REFUSAL}}\n"),
    ):
        with pytest.raises(AssertionError):
            assert_refused(forged)
    with pytest.raises(AssertionError):
        assert_refused(refusal, "--p 1", "--k")


def test_a_refused_command_leaves_its_folder_alone(tmp_path: Path) -> None:
    refusal = Answer(2, "", LINE)
    assert_refused(refusal, folder=tmp_path)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "old").write_bytes(b"kept")
    holds = {"inner": None, "inner/old": b"kept"}
    assert contents(tmp_path) == holds
    assert_refused(refusal, folder=tmp_path, holds=holds)
    for wrong in ({}, {"inner": None}, holds | {"inner/old": b"lost"}, holds | {"w": b""}):
        with pytest.raises(AssertionError):
            assert_refused(refusal, folder=tmp_path, holds=wrong)


def test_not_refused() -> None:
    answer = Answer(0, "gamma* = 1\n", "")
    assert_not_refused(answer, "gamma*")
    for forged in (replace(answer, code=2), replace(answer, err="warning\n"), replace(answer, out="")):
        with pytest.raises(AssertionError):
            assert_not_refused(forged)
    with pytest.raises(AssertionError):
        assert_not_refused(answer, "gamma* = 2")
