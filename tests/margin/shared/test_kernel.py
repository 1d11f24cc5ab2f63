"""The kernel in Fourier space against the mean gap in plain loops."""

from __future__ import annotations

from itertools import product
from math import gcd

import numpy as np
import pytest

from margin.shared.classes import representative, wrong_labels
from margin.shared.kernel import indices, kernel, totient
from tests.margin.shared.brute_force import gap


@pytest.mark.parametrize(("n", "k"), [(2, 2), (3, 2), (5, 2), (6, 2), (8, 2), (9, 2), (3, 3), (4, 3), (5, 3)])
def test_kernel_is_the_mean_gap_of_a_class_over_images(n: int, k: int) -> None:
    generator = np.random.default_rng(n * k)
    u, w = generator.standard_normal((2, n))
    members: dict[object, list[float]] = {}
    for inputs in product(range(n), repeat=k):
        for e in range(1, n):
            value = gap(n, inputs, (sum(inputs) - e) % n, u, w)
            members.setdefault(representative(n, inputs, e), []).append(value)
    c, v = np.fft.fft(u) / np.sqrt(n), np.fft.fft(w) / np.sqrt(n)
    monomials = indices(n, k)
    products = v[monomials[:, 0]] * np.prod(c[monomials[:, 1:]], axis=1)
    for label in wrong_labels(n, k):
        value = (kernel(n, label, monomials) @ products) / totient(n) / n ** ((k + 1) / 2)
        assert value == pytest.approx(np.mean(members[label]), abs=1e-12)


def test_totient_counts_units() -> None:
    assert [totient(n) for n in range(2, 13)] == [sum(gcd(u, n) == 1 for u in range(n)) for n in range(2, 13)]
