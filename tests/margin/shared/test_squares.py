"""The form of a sum of squares: its coefficients are those of the polynomial, at random points."""

from __future__ import annotations

import numpy as np
import pytest

from margin.shared.classes import units, wrong_labels
from margin.shared.kernel import indices, kernel, totient
from margin.shared.squares import EXTRA, program, require_codes

SIZES = [(5, 1), (37, 1), (2, 5), (2, 2), (3, 2), (4, 2), (5, 2), (6, 2), (3, 3), (4, 3), (7, 3)]


def monomials(n: int, k: int, charge: int, c: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Values of the monomials of a charge, in the order of the blocks."""
    from itertools import combinations_with_replacement

    e = EXTRA.get((n, k), 1)
    mixed = [
        v[z] * np.prod(c[list(t)])
        for z in range(1, n)
        for t in combinations_with_replacement(range(n), e)
        if (k * z + sum(t) - charge) % n == 0
    ]
    pure = [np.prod(c[list(t)]) for t in combinations_with_replacement(range(n), k + e) if (sum(t) - charge) % n == 0]
    return np.array(mixed + pure)


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_coefficients_spread_over_gram_entries_are_the_polynomial(n: int, k: int) -> None:
    generator = np.random.default_rng(10 * n + k)
    form, phi = program(n, k), totient(n)
    u, w = generator.standard_normal((2, n))
    w -= w.mean()
    t, sigma = 1.7, generator.random(len(wrong_labels(n, k)))
    left = (t * form.norm + form.gaps @ sigma) / form.entries
    gram = 0.0
    direct = 0.0
    index = indices(n, k)
    weights = sum(s * kernel(n, label, index) for s, label in zip(sigma, wrong_labels(n, k), strict=True)) / phi
    size = u @ u
    for unit in units(n):
        order = unit * np.arange(n) % n
        c, v = np.fft.fft(u)[order] / np.sqrt(n), np.fft.fft(w)[order] / np.sqrt(n)
        for block in form.blocks:
            m = monomials(n, k, block.charge, c, v)
            gram += block.orbit * float((np.conj(m) @ left[block.rows] @ m).real) / phi
        score = float((weights @ (v[index[:, 0]] * np.prod(c[index[:, 1:]], axis=1))).real)
        direct += 2 * phi * (t * (w @ w + size**k) / 2 - score) * size ** EXTRA.get((n, k), 1) / phi
    assert gram == pytest.approx(direct, rel=1e-9)


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_every_gram_entry_has_a_row_and_blocks_are_symmetric(n: int, k: int) -> None:
    form = program(n, k)
    assert form.entries.min() >= 1
    assert sum(block.orbit for block in form.blocks) == n
    for block in form.blocks:
        assert (block.rows == block.rows.T).all()


@pytest.mark.parametrize(
    ("n", "k", "constant", "said"),
    [
        (2, 6, True, "products of 14 factors, and 12 are coded; expected k <= 5"),
        (5, 7, True, "expected k <= 5"),
        (2000, 2, True, "not coded in 63 bits; expected a smaller n"),
        (2, 2, False, "expected n >= 3"),
    ],
)
def test_what_has_no_codes_is_refused(n: int, k: int, constant: bool, said: str) -> None:
    for refused in (require_codes, program):
        with pytest.raises(ValueError, match=said):
            refused(n, k, constant)


@pytest.mark.parametrize(("n", "k", "constant"), [(2, 5, True), (1000, 2, True), (2, 2, True), (3, 2, False)])
def test_what_has_codes_is_not_refused(n: int, k: int, constant: bool) -> None:
    require_codes(n, k, constant)
