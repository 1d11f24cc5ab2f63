"""Gaps in the pairs with much symmetry: lines that change nothing, and a subgroup of which gamma* is known.

Addition mod n, two inputs. docs/theory.md, 11.4 and 11.5, has the proofs.
"""

from __future__ import annotations

from fractions import Fraction

from margin.numbers.square_roots import Surd
from margin.parts.conditions import Triple, require_odd


def line_weights(n: int, slope: int) -> dict[Triple, int]:
    """Weights that satisfy the conditions without the pairs on the line b = slope * a, for a prime n >= 7.

    Every pair off the line has the weight 1 on the wrong labels a + b + x (b - slope a) of at least n - 6 values x.
    Raises ValueError for slopes 0 and -1 mod n, which are lines of a column of inputs and of a label.
    """
    require_odd(n)
    if any(n % p == 0 for p in range(3, int(n**0.5) + 1, 2)) or n < 7:
        raise ValueError(f"line of pairs: n = {n}, expected a prime of at least 7")
    r = slope % n
    if r in (0, n - 1):
        raise ValueError(f"line of pairs: slope {slope} mod {n}, expected another than 0 and -1")
    banned = {1, 0, -(1 + r) * pow(r, -1, n) % n, -(2 + r) * pow(r, -1, n) % n}
    if r != 1:
        banned.add((1 + r) * pow(1 - r, -1, n) % n)
    used = [x for x in range(1, n) if -(1 + x) % n not in banned]
    return {(a, b, x * (b - r * a) % n): 1 for a in range(n) for b in range(n) if (b - r * a) % n for x in used}


def subgroup_margin(h: int, labels: int) -> Surd:
    """gamma* where both inputs are from one subgroup of odd order h >= 3, or cosets, of `labels` > h labels.

    h c sqrt(q / (1 + q (h-1)^2)) with q = 2 n / (n - h) and c the value of a neuron on Z_h (docs/theory.md, 11.5).
    Raises ValueError for other h or labels.

    >>> print(subgroup_margin(3, 9))
    sqrt(78)/117
    """
    require_odd(h)
    if labels <= h:
        raise ValueError(f"subgroup of order {h}: {labels} labels, expected more than {h}")
    q = Fraction(2 * labels, labels - h)
    square = Fraction(4, 27) * Fraction(1, 2 * h**3) * h**2 * q / (1 + q * (h - 1) ** 2)
    return Surd.sqrt(square.numerator * square.denominator) / square.denominator
