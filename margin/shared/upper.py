"""The upper side: a sum of squares in integers, and the bound that it proves (docs/theory.md, 10.4).

With class weights sigma and Gram blocks L L^T the polynomial
2 phi(n) (t (||w||^2 + ||u||^(2k)) / 2 - <w, Q>) ||u||^(2e) differs from a sum of squares by a form whose coefficients
are rational; spread evenly over the entries of the Gram blocks it is at most rest |m|^2, where |m|^2, the squares of
all monomials, is at most ||w||^2 ||u||^(2e) + ||u||^(2k+2e). So t + rest / phi(n) bounds max ||Q(u)|| over ||u|| = 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from margin.shared.conic import solve
from margin.shared.kernel import totient
from margin.shared.squares import Program, program

BITS = 44  # of the entries of the factors behind the point
_SIGMA = 40


@dataclass(frozen=True)
class SumOfSquares:
    """The proof object: integers alone.

    `sigma` are weights of the classes (any positive total); `factors` hold the lower triangular L of each block,
    entries over 2^BITS; t is over 2^(2 BITS). Without `constant` it bounds neurons with c_0 = 0 alone.
    """

    n: int
    k: int
    sigma: tuple[int, ...]
    factors: tuple[NDArray[np.object_], ...]
    t: int
    constant: bool = True

    def bound(self) -> Fraction:
        """t + rest / phi(n), exactly. Raises ValueError for negative or no class weights, or a bad shape."""
        return (self.t + Fraction(self.rest(), sum(self.sigma) * totient(self.n))) / (1 << 2 * BITS)

    def rest(self) -> int:
        """The largest row sum of what is left, spread over the Gram entries; over 2^(2 BITS) and the weights' total."""
        form, total = program(self.n, self.k, self.constant), sum(self.sigma)
        if len(self.sigma) != form.gaps.shape[1] or min(self.sigma) < 0 or total <= 0:
            raise ValueError(
                f"{len(self.sigma)} class weights of total {total}, expected {form.gaps.shape[1]}, none < 0"
            )
        shapes = [factor.shape[0] for factor in self.factors]
        if shapes != [block.size for block in form.blocks]:
            raise ValueError(f"factors with {shapes} rows, expected {[block.size for block in form.blocks]}")
        return self._largest_row(form, total)

    def _largest_row(self, form: Program, total: int) -> int:
        left = [int(c) * self.t * total for c in form.norm]
        for i, s in enumerate(self.sigma):
            if s:
                scale = s << 2 * BITS
                for row in np.flatnonzero(form.gaps[:, i]).tolist():
                    left[row] += scale * int(form.gaps[row, i])
        for block, factor in zip(form.blocks, self.factors, strict=True):
            gram = factor @ factor.T
            for row, value in zip(block.rows.ravel().tolist(), gram.ravel().tolist(), strict=True):
                left[row] -= block.orbit * total * value
        each = np.array([-(-abs(c) // int(e)) for c, e in zip(left, form.entries, strict=True)], dtype=object)
        return max(int(each[block.rows].sum(axis=1).max()) for block in form.blocks)


def sum_of_squares(n: int, k: int, constant: bool = True) -> SumOfSquares:
    """The solution of the semidefinite program, rounded. Raises ArithmeticError where the program is not solved."""
    form = program(n, k, constant)
    solution = solve(form)
    sigma = tuple(max(0, round(float(s) * 2**_SIGMA)) for s in solution.sigma)
    weights = np.array(sigma, dtype=float) / sum(sigma)
    left = solution.t * form.norm + form.gaps @ weights - form.coefficients(solution.grams)
    grams = [g + (left / form.entries)[b.rows] for g, b in zip(solution.grams, form.blocks, strict=True)]
    least = min(float(np.linalg.eigvalsh(gram)[0]) for gram in grams)
    top = max(float(np.abs(gram).max()) for gram in grams)
    shift = max(0.0, -least) + 1e-13 * top  # a larger t adds at least as much to the diagonals
    factors = tuple(
        _rounded(np.linalg.cholesky(gram + shift * np.diag(block.orders.astype(float))))
        for gram, block in zip(grams, form.blocks, strict=True)
    )
    return SumOfSquares(n, k, sigma, factors, round((solution.t + shift / totient(n)) * 4**BITS), constant)


def _rounded(factor: NDArray[np.float64]) -> NDArray[np.object_]:
    result = np.empty(factor.shape, dtype=object)
    for place, value in np.ndenumerate(factor):
        result[place] = round(float(value) * 2**BITS)
    return result


def margin_bound(n: int, k: int, largest: Fraction, bits: int = 80) -> Fraction:
    """A rational number >= gamma*, from a bound on max ||Q(u)||: k^(k/2) (k+1)^(-(k+1)/2) n^(-(k+1)/2) times it.

    ||u||^2 = k / (k + 1) is best, and ||w||^2 = 1 / (k + 1) (docs/theory.md, 10.3).
    """
    square = largest**2 * Fraction(k**k, ((k + 1) * n) ** (k + 1))
    return Fraction(isqrt((square.numerator << 2 * bits) // square.denominator) + 1, 1 << bits)
