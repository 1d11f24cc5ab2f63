"""Claims of the blog post on embedding, interpolation and max-min: verdicts, and each changed one is refuted."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.claims.morwani.addition import a23_embedding as a23
from proofs_check.claims.morwani.addition import a24_interpolation as a24
from proofs_check.claims.morwani.margins import a25_inequality as a25
from proofs_check.register.registry import load
from tests.proofs_check.claims.verdicts import judged

VERDICTS = {"holds": "A25", "holds with a correction": "A23 A24"}


@pytest.mark.parametrize(("id", "verdict"), [(id, verdict) for verdict, ids in VERDICTS.items() for id in ids.split()])
def test_verdict(id: str, verdict: str) -> None:
    judged(id, verdict)


@pytest.mark.parametrize(("p", "k"), [(2, 1), (7, 3), (13, 12)])
def test_embedding_needs_the_modulus(p: int, k: int) -> None:
    assert a23.computes_sums(p, k, True)
    assert not a23.computes_sums(p, k, False)
    a, b = product_grid = np.meshgrid(np.arange(p), np.arange(p))
    assert len(product_grid) == 2
    logits = np.real(np.exp(2j * np.pi * k * (a + b)[..., None] / p) * np.exp(-2j * np.pi * k * np.arange(p) / p))
    assert np.array_equal(logits.argmax(-1), (a + b) % p)
    assert not a23.computes_sums(9, 3, True)


def test_interpolation_needs_a_limit() -> None:
    assert a24.candidates(5, 1, 2) == [1]
    assert a24.candidates(5, 1, 4) == [-4, 1]
    assert a24.candidates(6, 3, 3) == [-3, 3]
    assert not a24.agree_on_residues(5, 1, 2)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=4))
def test_inequality_against_a_grid(networks: list[tuple[int, int]]) -> None:
    value = a25.least_best(tuple(networks))
    grid = [Fraction(i, 60) for i in range(61)]
    assert a25.best_least(tuple(networks)) <= value
    assert value <= min(max(q * a + (1 - q) * b for a, b in networks) for q in grid)


def test_a_pair_makes_both_sides_equal() -> None:
    assert a25.least_best(((1, 1), (0, 2))) == a25.best_least(((1, 1), (0, 2))) == 1
    assert a25.least_best(((0, 1), (1, 0))) == Fraction(1, 2)
    assert all(a25.least_best((row,)) == min(row) for row in product(range(3), repeat=2))


@pytest.mark.parametrize(
    ("module", "id", "name", "changed"),
    [
        (a23, "A23", "computes_sums", lambda p, k, divided: False),
        (a23, "A23", "labels_of_greatest_logit", lambda p, k, s, divided: [s]),
        (a24, "A24", "agree_on_residues", lambda p, f, g: True),
        (a24, "A24", "agree_on_residues", lambda p, f, g: f == g),
        (a25, "A25", "best_least", lambda networks: max(map(max, networks))),
        (a25, "A25", "least_best", lambda networks: Fraction(10)),
    ],
)
def test_a_wrong_step_refutes(
    module: ModuleType, id: str, name: str, changed: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, changed)
    found = load()[id].run("quick")
    assert (found.verdict, found.data) == ("fails", {"refuted": True})
