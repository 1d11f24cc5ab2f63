"""Signs of sums of square roots, and squarefree numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from proofs_check.kernel.form import Malformed
from proofs_check.kernel.numbers import Number, at_least, sign, squarefree

MOST = 2**14


def test_signs_near_zero() -> None:
    """Convergents of sqrt(2), alternately below and above, from 2^0 to 2^2000."""
    p, q, expected = 1, 1, 1
    while q.bit_length() < 2000:
        number = {1: Fraction(-p, q), 2: Fraction(1)}
        assert sign(number) == sign(number, MOST) == expected
        assert sign({r: -c for r, c in number.items()}) == -expected
        p, q, expected = p + 2 * q, p + q, -expected


def test_signs() -> None:
    number = {2: Fraction(1), 1: Fraction(-665857, 470832)}
    numbers: list[Number] = [number, {r: -q for r, q in number.items()}, {}, {2: Fraction(0)}]
    assert [sign(x) for x in numbers] == [sign(x, MOST) for x in numbers] == [-1, 1, 0, 0]


def test_a_sign_may_need_more_than_the_limit() -> None:
    p, q = 1, 1
    while q.bit_length() < 9000:
        p, q = p + 2 * q, p + q
    number = {1: Fraction(-p, q), 2: Fraction(1)}
    with pytest.raises(Malformed, match="a sign beyond 2\\^14 bits"):
        sign(number, MOST)
    assert sign(number) in (-1, 1)
    with pytest.raises(Malformed, match="a sign beyond 2\\^14 bits"):
        at_least(number, {}, MOST)
    assert at_least(number, {}) is (sign(number) > 0)


def test_squarefree() -> None:
    for r in range(1, 3000):
        assert squarefree(r) == all(r % (d * d) for d in range(2, 56)), r
    prime = 31_622_743
    assert squarefree(prime * 31_622_741)
    assert not squarefree(prime * prime)


def test_signs_of_the_second_family() -> None:
    """Convergents of sqrt(2): with the limit as without it, as far as it reaches; no sign beyond; 0 without terms."""
    flint, numbers = pytest.importorskip("flint"), pytest.importorskip("proofs_check.second.numbers")
    p, q, expected = 1, 1, 1
    while q.bit_length() < 9000:
        if q.bit_length() < 200 or q.bit_length() > 8990:
            number = numbers.Number({1: flint.fmpq(-p, q), 2: flint.fmpq(1)})
            assert number.sign() == number.sign_within(2 * MOST) == expected
            assert number.sign_within(MOST) == (expected if q.bit_length() < 200 else None)
        p, q, expected = p + 2 * q, p + q, -expected
    assert numbers.Number().sign_within(MOST) == 0
    assert numbers.Number({7: flint.fmpq(-1, 3)}).sign_within(1) == -1
