"""From Gram matrices in float64 to polynomials with integer coefficients, and the bound that these prove exactly."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

from margin.minimal_width.exponents import conditions
from margin.minimal_width.program import Block, Optimum
from margin.networks.phases import Exponent

Array = NDArray[np.float64]
Rows = tuple[tuple[int, ...], ...]
COARSEST, FINEST = 2, 60  # powers of two that multiply coefficients before they are rounded
MOST_COEFFICIENT = 2**64


@dataclass(frozen=True)
class Polynomials:
    """Rows of a block's coefficients: each polynomial is an integer combination of the first columns."""

    j: int
    columns: tuple[Exponent, ...]
    rows: Rows


@dataclass(frozen=True)
class Bound:
    """A proved bound: at least value / (mean + excess) neurons for k inputs at this order (0: every large one).

    `value` is F(0), `mean` F^(0), `excess` what is positive elsewhere and need not vanish (docs/theory.md, 5.14).
    """

    k: int
    order: int
    blocks: tuple[Polynomials, ...]
    value: int
    mean: int
    excess: Fraction

    @property
    def ratio(self) -> Fraction:
        return self.value / (self.mean + self.excess)

    @property
    def neurons(self) -> int:
        return ceil(self.ratio)


def factor(gram: Array) -> Array:
    """Lower triangular L with L^T L = gram; negative eigenvalues count as 0.

    >>> L = factor(np.array([[2.0, 1.0], [1.0, 2.0]]))
    >>> bool(np.allclose(L.T @ L, [[2, 1], [1, 2]]) and np.allclose(L, np.tril(L)))
    True
    """
    values, vectors = np.linalg.eigh((gram + gram.T) / 2)
    root = np.sqrt(np.maximum(values, 0))[:, None] * vectors.T
    _, upper = np.linalg.qr(root[:, ::-1])
    lower: Array = upper[::-1, ::-1]
    return lower * np.where(np.diag(lower) < 0, -1.0, 1.0)[:, None]


def rounded(optimum: Optimum, scale: float) -> tuple[Polynomials, ...]:
    """The polynomials of a float optimum times a scale, with their coefficients rounded."""
    listed = []
    for block, gram in zip(optimum.blocks, optimum.grams, strict=True):
        rows = tuple(row for line in np.rint(scale * factor(gram)) if (row := trimmed([int(x) for x in line])))
        if rows:
            listed.append(Polynomials(block.j, block.exponents, rows))
    return tuple(listed)


def trimmed(row: list[int]) -> tuple[int, ...]:
    while row and row[-1] == 0:
        row.pop()
    return tuple(row)


def evaluate(k: int, order: int, blocks: tuple[Block, ...], polynomials: tuple[Polynomials, ...]) -> Bound:
    """The bound that integer polynomials prove, in integers. Raises ValueError where F^(0) is 0."""
    sums: defaultdict[Exponent, int] = defaultdict(int)
    by_pairs = {block.j: block for block in blocks}
    for part in polynomials:
        size = len(part.columns)
        rows = [(*row, *[0] * (size - len(row))) for row in part.rows]
        gram = [[sum(row[a] * row[b] for row in rows if row[a]) for b in range(a + 1)] for a in range(size)]
        for h, a, b, value in by_pairs[part.j].sums:
            sums[h] += gram[a][b] * value * (1 if a == b else 2)
    zero = (0,) * k
    known = conditions(k, order)
    outside: defaultdict[Exponent, Fraction] = defaultdict(Fraction)
    for h in sums.keys() - known.vanishing - {zero}:
        orbit, share = known.counted_as(h)
        outside[orbit] += share * sums[h]
    excess = sum((total for total in outside.values() if total > 0), Fraction(0))
    if sums[zero] <= 0:
        raise ValueError("evaluate: all polynomials are 0; expected at least one that is not")
    return Bound(k, order, polynomials, sum(sums.values()), sums[zero], excess)


def prove(k: int, order: int, optimum: Optimum, neurons: int | None = None) -> Bound:
    """The coarsest rounding that proves so many neurons; without a number, as many as the optimum is above.

    Raises ArithmeticError if no rounding does.
    """
    wanted = ceil(optimum.value - 1e-4) if neurons is None else neurons
    for power in range(2 * COARSEST, 2 * FINEST + 1):
        polynomials = rounded(optimum, 2 ** (power / 2))
        if any(abs(x) >= MOST_COEFFICIENT for part in polynomials for row in part.rows for x in row):
            break
        if polynomials and (bound := evaluate(k, order, optimum.blocks, polynomials)).neurons >= wanted:
            return bound
    raise ArithmeticError(f"prove: no rounding of an optimum of {optimum.value:.6f} proves {wanted} neurons")
