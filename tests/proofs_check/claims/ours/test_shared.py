"""Our claims on shared embeddings hold, and each of their steps can fail."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from margin.numbers.square_roots import Surd
from margin.shared.maximum import maximum_margin
from margin.tasks import SharedEmbedding
from proofs_check.claims.ours import e01_closed_forms as forms
from proofs_check.claims.ours import e02_enclosures as enclosures
from proofs_check.register.claim import Refuted

ANSWER = maximum_margin(SharedEmbedding(5, 2))


@pytest.mark.parametrize("check", [forms.check, enclosures.check])
def test_the_claims_hold(check: Callable[[str], object]) -> None:
    assert getattr(check("quick"), "verdict", None) == "holds"


@pytest.mark.parametrize(
    "step",
    [
        lambda: forms.optimum_of_two(Fraction(1, 2)),
        lambda: forms.optimum_of_three(Fraction(1, 3)),
        lambda: forms.optimum_of_three(root=Fraction(3, 2)),
        lambda: forms.optimum_of_three(Fraction(1, 3), Fraction(3, 2)),
        lambda: forms.stated(forms.VALUES | {2: Surd.sqrt(6) / 7}),
        lambda: forms.stated(forms.VALUES | {3: Surd.sqrt(2) / 9}),
        lambda: enclosures.lower(ANSWER, ANSWER.high * 101 / 100),
        lambda: enclosures.upper(ANSWER, ANSWER.low * 99 / 100),
        lambda: enclosures.less_than_separate(ANSWER, 0.8 * ANSWER.unshared),
        lambda: enclosures.less_than_separate(ANSWER, 1.7 * ANSWER.unshared),
    ],
)
def test_each_step_can_fail(step: Callable[[], object]) -> None:
    with pytest.raises(Refuted):
        step()


def test_the_weight_is_where_the_largest_norm_is_least() -> None:
    """Brute force over weights: no other does better for n = 3."""
    for i in range(100):
        a, b = forms.quadratic_of_three(Fraction(i, 99))
        root = (float(b) / 2 + ((float(b) / 2) ** 2 + 2 * float(a) ** 2) ** 0.5) / 2
        assert root >= 16 / 11 - 1e-12
