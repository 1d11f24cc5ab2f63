"""Whether a certificate's claim is true: float64, the linear program over all characters, no code of the checkers."""

from __future__ import annotations

from functools import cache
from math import factorial, sqrt

import numpy as np
from scipy.optimize import linprog

from margin.finite_groups.find_characters import character_table
from margin.finite_groups.finite_group import FiniteGroup
from tests.proofs_check.building.editing import Json

CLOSE = 1e-9  # relative


def value(terms: list[list[int]]) -> float:
    return sum(p / q * sqrt(r) for r, p, q in terms)


@cache
def group_margin(generators: tuple[tuple[int, ...], ...], k: int) -> float:
    """gamma*, from the complex characters of degree d: chi for the real, chi + conj chi, 2 chi for the other types."""
    table = character_table(FiniteGroup.from_generators(generators))
    n = table.group.order
    rows, best = [], []
    for chi, degree, indicator in zip(table.values[1:], table.degrees[1:], table.indicators[1:], strict=True):
        delta = degree if indicator == 1 else 2 * degree
        best.append(factorial(k) * n**-k * (n / delta) ** ((k - 1) / 2) * (k + 1) ** (-(k + 1) / 2))
        rows.append(best[-1] * (1 - chi[1:].real / degree))
    scale = max(best)
    classes = len(rows[0])
    # maximise t with masses of sum 1 and t <= the margin at each class, all divided by the scale
    above = np.hstack([-np.array(rows).T / scale, np.ones((classes, 1))])
    total = np.array([[1.0] * len(rows) + [0.0]])
    cost = [0.0] * len(rows) + [-1.0]
    answer = linprog(cost, A_ub=above, b_ub=np.zeros(classes), A_eq=total, b_eq=[1.0], method="highs")
    assert answer.status == 0
    return -float(answer.fun) * scale


def parity_margin(k: int) -> float:
    return factorial(k) * sqrt(2 / (k + 1) ** (k + 1))


def gamma(body: Json) -> float:
    task = body["task"]
    if task["kind"] == "sparse_parity":
        return parity_margin(task["k"])
    return group_margin(tuple(map(tuple, task["generators"])), task["k"])


def claimed(body: Json) -> float:
    stated = body["claim"]["value"]
    if isinstance(stated, list):
        return value(stated)
    denominator = value(stated["denominator"])
    return value(stated["numerator"]) / denominator if denominator else float("nan")


def is_true(body: Json, close: float = CLOSE) -> bool:
    """Whether the claim holds, up to a relative error; not a number is never true."""
    exact, stated, sense = gamma(body), claimed(body), body["claim"]["sense"]
    below, above = stated <= exact * (1 + close), stated >= exact * (1 - close)
    return bool({"equal": below and above, "lower": below, "upper": above}[sense])
