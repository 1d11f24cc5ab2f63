"""The game at large primes: its kernel against that of a prime, plateau and limit."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from margin.shared.classes import representative, wrong_labels
from margin.shared.kernel import indices, kernel, totient
from margin.shared.limit import OFFSETS, Multiples, ratio


@pytest.mark.parametrize("n", [211, 1009])
def test_coefficients_are_those_of_a_large_prime_up_to_order_one_over_n(n: int) -> None:
    game, most = Multiples(2), 2
    classes = [representative(n, (0, 0), 1)]
    for r in OFFSETS:
        inverse = pow(r.denominator, -1, n)
        classes.append(representative(n, (0, 1), r.numerator * inverse % n))
    rows = list(zip(game.heads.tolist(), strict=True))
    half = pow(2, -1, n)
    for place, (head,) in enumerate(rows):
        # w at g = h/2 sees c_a c_b with a + b = h: z = g mod n, z_1 = -a, z_2 = -b, so that z_1 + z_2 = -2z
        signs = [(a, head + 1 - a) for a in range(-most, most + 1) if abs(head + 1 - a) <= most]
        here = [i for i, (other,) in enumerate(rows) if other == head]
        a, b = signs[here.index(place)]
        monomial = np.array([[(head + 1) * half % n, -a % n, -b % n]])
        for i, label in enumerate(classes):
            exact = kernel(n, label, monomial)[0] / totient(n)
            assert exact == pytest.approx(game.kernels[i, place], abs=12 / n)


def test_tied_classes_have_no_term_of_all_pairs() -> None:
    free, tied = Multiples(3), Multiples(3, tied=True)
    assert tied.classes == free.classes - 1
    assert tied.kernels[0] == pytest.approx((free.kernels[0] + 4 * free.kernels[1]) / 5)
    apart = [i for i in range(len(tied.heads)) if not tied.kernels[0, i]]
    assert len(apart) > len(tied.heads) / 2


@pytest.mark.parametrize(("tied", "value"), [(False, 0.81452), (True, 0.82136)])
def test_plateau_and_limit(tied: bool, value: float) -> None:
    reached, played = ratio(4, tied)
    assert reached == pytest.approx(value, abs=1e-4)
    assert played.best == pytest.approx(played.level, rel=1e-6)


def test_offsets_start_with_the_wrong_labels_that_matter() -> None:
    assert OFFSETS[:2] == (Fraction(1), Fraction(3))
    assert len(wrong_labels(11, 2)) == 6
    assert indices(3, 2).shape == (6, 3)
