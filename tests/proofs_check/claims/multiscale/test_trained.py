"""Claims on counts and ranges of trained networks: verdicts, and each with a constant changed is refuted."""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType

import numpy as np
import pytest

from proofs_check.claims.multiscale.trained import c36_weights as c36
from proofs_check.claims.multiscale.trained import c37_counts as c37
from proofs_check.claims.multiscale.trained import c38_figures as c38
from proofs_check.claims.multiscale.trained import c42_scale as c42
from proofs_check.register.registry import load
from tests.proofs_check.claims.verdicts import judged

VERDICTS = {"holds with a correction": "C42", "fails": "C36 C37", "not reproduced": "C38 C40", "mixed": "C39"}


@pytest.mark.parametrize(("id", "verdict"), [(id, verdict) for verdict, ids in VERDICTS.items() for id in ids.split()])
def test_verdict(id: str, verdict: str) -> None:
    judged(id, verdict)


def test_a_weight_above_two_needs_a_wider_range() -> None:
    assert not c36.consistent(2, 2)
    assert c36.consistent(3, 2)
    assert c36.share_in_bin(2_400_000, 91, 32, 10_000) == Fraction(2_400_000, 58_240_000)


def test_clusters_of_a_run() -> None:
    assert (c37.frequencies(91), c37.frequencies(89), c37.frequencies(5)) == (45, 44, 2)
    assert c37.per_run(11_500, 43) == Fraction(494_500, 100_000)


def test_every_frequency_is_a_multiple_of_a_unit() -> None:
    assert c38.multiples(91, 5) == set(range(1, 46))
    assert c38.multiples(91, 13) == {13, 26, 39}
    assert c38.multiples(10, 4) == {2, 4}


def test_scale_moves_between_two_layers() -> None:
    assert c42.keeps_logits(4, 3, 5, 7, Fraction(1, 7))
    assert not c42.keeps_logits(4, 3, 5, 7, Fraction(1, 2))
    one = np.ones((1, 1), np.int64)
    assert c42.logits(one, 2 * one, np.array([[1, -2]]), np.array([5]), 3 * one).tolist() == [[6]]
    assert c42.logits(one, 2 * one, np.array([[1, -2]]), np.array([2]), 3 * one).tolist() == [[0]]


@pytest.mark.parametrize(
    ("module", "id", "name", "changed"),
    [
        (c36, "C36", "RANGE", (-3, 3)),
        (c36, "C36", "SOME_ABOVE", 1),
        (c37, "C37", "RUNS", 10_000),
        (c37, "C37", "frequencies", lambda n: 43),
        (c38, "C40", "multiples", lambda n, f: {f}),
        (c42, "C42", "keeps_logits", lambda n, dimension, width, embedding, weight: True),
        (c42, "C42", "logits", lambda A, B, inner, bias, outer: A),
    ],
)
def test_a_wrong_step_refutes(
    module: ModuleType, id: str, name: str, changed: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, changed)
    found = load()[id].run("quick")
    assert (found.verdict, found.data) == ("fails", {"refuted": True})
