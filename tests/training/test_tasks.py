"""Labels and maximum margins of tasks; refusals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from margin.tasks import SparseParity
from tests.helpers.oracles import expected_margin
from training.tasks import Problem, problem


@pytest.mark.parametrize(("task", "k"), [("mod:5", 1), ("mod:6", 3), ("group:S3", 1), ("group:S3", 2), ("group:Q8", 3)])
def test_labels_are_those_of_the_task(task: str, k: int) -> None:
    found = problem(task, k)
    inputs = np.array(list(product(range(found.n), repeat=k)))
    assert found.labels.shape == (found.n ** (k - 1), found.n)
    assert (found.labels.reshape(-1) == found.task.labels(inputs)).all()
    assert (found.prefixes.repeat(found.n, axis=0) == inputs[:, :-1]).all()


def test_labels_of_parity() -> None:
    found = problem("parity:5", 3)
    bits = np.array(list(product([1, -1], repeat=5)))
    assert (found.labels[:, 0] == (bits[:, :3].prod(1) < 0)).all()
    assert (found.classes, found.shapes(7)) == (2, ((1, 5, 7), (7, 2)))


@pytest.mark.parametrize(
    ("task", "k", "gamma"),
    [
        ("mod:23", 2, expected_margin(23, 2)),
        ("mod:30", 2, expected_margin(30, 2)),
        ("group:C6", 3, expected_margin(6, 3)),
        ("group:S3", 2, 0.02360496931),  # (8 - sqrt 2)/279, the same as addition mod 6
        ("parity:10", 4, 24 * (2 / 5**5) ** 0.5),
    ],
)
def test_maximum_margins(task: str, k: int, gamma: float) -> None:
    assert problem(task, k).gamma == pytest.approx(gamma, rel=1e-9)


def test_relu_has_no_prediction() -> None:
    found = problem("mod:5", 2, "relu")
    assert found.gamma is None
    assert found.finite_lambda(1e-3) is None
    assert problem("mod:5", 2).finite_lambda(1e-3) is not None


@pytest.mark.parametrize(
    "task", ["", "mod", "mod:", "mod:x", "mod:-3", "mod:²", "s3", "group:", "ring:5", "parity:2.5"]
)
def test_unknown_tasks_are_refused(task: str) -> None:
    with pytest.raises(ValueError, match="expected mod:23, group:S4 or parity:10"):
        problem(task, 2)


def test_wrong_tasks_are_refused() -> None:
    with pytest.raises(ValueError, match="group"):
        problem("group:NoSuchGroup", 2)
    with pytest.raises(ValueError, match="n = 1"):
        problem("mod:1", 2)
    with pytest.raises(ValueError, match="activation 'tanh', expected power"):
        problem("mod:5", 2, "tanh")
    with pytest.raises(TypeError, match="inputs are bits"):
        _ = Problem(SparseParity(4, 2)).table
    with pytest.raises(TypeError, match="expected a group"):
        problem("mod:5", 2).irreps()


def test_populations_beyond_memory_are_refused() -> None:
    with pytest.raises(MemoryError, match="choose a smaller n or k"):
        _ = problem("mod:997", 6).labels
