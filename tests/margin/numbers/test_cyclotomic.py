"""Cyclotomic polynomials and cosines, against the definition and another library."""

from __future__ import annotations

import pytest
from sympy import cos, pi

from margin.numbers.cyclotomic import cosine_of_turn, cyclotomic_polynomial


def product(a: list[int], b: list[int]) -> list[int]:
    result = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            result[i + j] += x * y
    return result


@pytest.mark.parametrize("n", [1, 2, 3, 4, 6, 9, 12, 30, 36, 60, 105, 120])
def test_the_product_over_the_divisors_is_x_to_the_n_minus_one(n: int) -> None:
    whole = [1]
    for d in range(1, n + 1):
        if n % d == 0:
            whole = product(whole, cyclotomic_polynomial(d))
    assert whole == [-1, *[0] * (n - 1), 1]


def test_known_polynomials() -> None:
    assert cyclotomic_polynomial(1) == [-1, 1]
    assert cyclotomic_polynomial(8) == [1, 0, 0, 0, 1]
    assert cyclotomic_polynomial(12) == [1, 0, -1, 0, 1]
    assert min(cyclotomic_polynomial(104)) == -1
    assert min(cyclotomic_polynomial(105)) == -2  # the first coefficient that is not 0, 1 or -1


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7, 60, 1155, 10_000])
@pytest.mark.parametrize("bits", [0, 1, 64, 3000])
def test_cosines(n: int, bits: int) -> None:
    assert abs((cos(2 * pi / n) * 2**bits).evalf(bits // 3 + 20) - cosine_of_turn(n, bits)) <= 1


def test_what_has_no_meaning_is_refused() -> None:
    with pytest.raises(ValueError, match="cyclotomic_polynomial: got 0, expected an integer >= 1"):
        cyclotomic_polynomial(0)
    for n, bits in ((0, 10), (3, -1)):
        with pytest.raises(ValueError, match=f"got n = {n}, bits = {bits}"):
            cosine_of_turn(n, bits)
