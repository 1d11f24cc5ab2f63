"""B6: the inequality of quadratic and geometric means behind the maximum of the single-neuron objective."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from math import factorial, prod

import sympy

from margin.numbers.square_roots import Surd
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def hurwitz(size: int, constant: int = 1) -> bool:
    """Whether mean of x_i^size less constant x_1...x_size is Hurwitz's sum, which has only terms >= 0 for x >= 0.

    sum_j phi_j / (2 size!), phi_j = sum over permutations of (x1^(size-j) - x2^(size-j)) (x1 - x2) x3 ... x_(j+1).
    """
    ring = sympy.symbols(f"x1:{size + 1}")
    poly = sympy.Poly(sum(x**size for x in ring) / sympy.Integer(size) - constant * prod(ring), *ring)
    total = sympy.Poly(0, *ring)
    weight = sympy.Rational(1, 2 * factorial(size))
    for j in range(1, size):
        power = size - j
        for first, second in permutations(range(size), 2):
            rest = [x for i, x in enumerate(ring) if i not in (first, second)]
            product = sympy.Poly(1, *ring) if j == 1 else _elementary(rest, j - 1, ring)
            x, y = ring[first], ring[second]
            # each set of j-1 further variables comes (j-1)! (size-j-1)! times among the permutations
            times = factorial(j - 1) * factorial(size - j - 1)
            total += sympy.Poly((x**power - y**power) * (x - y), *ring) * product * (times * weight)
    return bool((poly - total).is_zero)


def _elementary(variables: Sequence[sympy.Symbol], degree: int, ring: Sequence[sympy.Symbol]) -> sympy.Poly:
    """The elementary symmetric polynomial of that degree."""
    coefficients = [sympy.Poly(1, *ring)] + [sympy.Poly(0, *ring)] * degree
    for x in variables:
        for d in range(degree, 0, -1):
            coefficients[d] = coefficients[d] + coefficients[d - 1] * x
    return coefficients[degree]


def mean_exceeds_product(values: Sequence[int], reverse: bool = False) -> bool:
    """Whether prod x_i <= (mean of x_i^2)^(len/2), by squares; `reverse`: whether >=."""
    left, right = prod(x * x for x in values), Fraction(sum(x * x for x in values), len(values)) ** len(values)
    return left >= right if reverse else left <= right


def power_sum(values: Sequence[Fraction], half: int) -> bool:
    """Whether sum z_j^(half/2) <= (sum z_j)^(half/2), half >= 2, of non-negative rationals whose roots are rational."""
    total = sum(values)
    return sum(Surd.half_power(z, half) for z in values) <= Surd.half_power(total, half)


@claim(
    id="B6",
    claim="""the inequality of quadratic and geometric means bounds |w^(j)| prod_i |u_i^(j)| by the power (k+1)/2 of the
    mean of the k+1 squares; then all mass on one frequency is best""",
    source="Li et al., equations 12 and 22",
    kind="identity",
)
def check(effort: str) -> Finding:
    """Hurwitz's identity, the inequality with its equality cases on a grid, powers of a sum."""
    most = 6 if effort == "quick" else 7
    every((hurwitz(size) for size in range(2, most + 1)), "Hurwitz's identity")
    grids = [(a, b, c) for a in range(5) for b in range(5) for c in range(5)]
    every((mean_exceeds_product(x) for x in grids), "the inequality on integers 0..4")
    equal = [x for x in grids if mean_exceeds_product(x, reverse=True)]
    demand(equal == [(a, a, a) for a in range(5)], f"equality at {equal}")
    shares = [Fraction(1, 4), Fraction(1, 3), Fraction(2, 3), Fraction(2)]
    demand(not power_sum(shares, 1), "square roots of a sum")
    every((power_sum(shares, half) for half in range(2, 12)), "powers of a sum")
    return Finding(
        "holds",
        f"""direction and constant as used, with equality only for equal numbers: as a sum of non-negative terms
        (Hurwitz's identity, sympy) for k+1 = 2..{most}, on all integers 0..4 for k = 2; sums of powers at z =
        {", ".join(map(str, shares))}. The proof sketch calls it arithmetic and geometric means: the same, of the
        squares""",
        scope="""all k: the inequality of arithmetic and geometric means of the squares, for all lengths by Hurwitz;
        sum_j z_j^s <= (sum_j z_j)^s for s >= 1, as (z_j/sum)^s <= z_j/sum, with equality for s > 1 only if one z_j is
        not 0. For k = 1, s = 1: any distribution over frequencies""",
        data={"most": most},
    )
