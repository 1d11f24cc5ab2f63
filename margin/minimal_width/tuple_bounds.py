"""From Gram matrices to integer polynomials, and the bound on a real representation's neurons that these prove exactly.

What a bound says is computed from its integers alone: nothing of the program is believed (docs/theory.md, 5.16).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from margin.minimal_width.harmonics import products, zonal_product
from margin.minimal_width.rounding import COARSEST, FINEST, MOST_COEFFICIENT, Rows, factor, trimmed
from margin.minimal_width.tuple_conditions import canonical, vanishing
from margin.minimal_width.tuple_program import TupleOptimum
from margin.networks.phases import Exponent


@dataclass(frozen=True)
class TuplePolynomials:
    """Rows of coefficients: each phi is an integer combination of the first columns (`TupleBlock`)."""

    sines: Exponent
    columns: tuple[Exponent, ...]
    rows: Rows


@dataclass(frozen=True)
class TupleBound:
    """A proved bound: at least value / (mean + excess) neurons for k inputs and real representations of a dimension.

    `order` as for `vanishing`. `value` is F(0), `mean` the mean of F, `excess` the sum of what is positive at degrees
    that need not vanish, all times 2^(k+1).
    """

    k: int
    dimension: int
    order: int
    blocks: tuple[TuplePolynomials, ...]
    value: int
    mean: Fraction
    excess: Fraction

    @property
    def ratio(self) -> Fraction:
        return self.value / (self.mean + self.excess)

    @property
    def neurons(self) -> int:
        return ceil(self.ratio)


def evaluate_tuples(k: int, dimension: int, order: int, blocks: tuple[TuplePolynomials, ...]) -> TupleBound:
    """The bound that integer polynomials prove, exactly. Raises ValueError where the mean of F is 0, and as
    `vanishing`."""
    cosines: defaultdict[Exponent, int] = defaultdict(int)
    for part in blocks:
        size = len(part.columns)
        rows = [(*row, *[0] * (size - len(row))) for row in part.rows]
        for a, x in enumerate(part.columns):
            for b, y in enumerate(part.columns[: a + 1]):
                inner = sum(row[a] * row[b] for row in rows) * (1 if a == b else 2)
                for degrees, sign in products(x, y, part.sines) if inner else ():
                    cosines[degrees] += sign * inner
    sums: defaultdict[Exponent, Fraction] = defaultdict(Fraction)
    for degrees, value in cosines.items():
        for harmonic, share in zonal_product(degrees, dimension):
            sums[canonical(harmonic)] += value * share
    mean, known = sums.pop((0,) * (k + 1), Fraction(0)), vanishing(k, dimension, order)
    excess = sum((value for degrees, value in sums.items() if value > 0 and degrees not in known), Fraction(0))
    if mean <= 0:
        raise ValueError("evaluate_tuples: all polynomials are 0; expected at least one that is not")
    return TupleBound(k, dimension, order, blocks, sum(cosines.values()), mean, excess)


def rounded_tuples(optimum: TupleOptimum, scale: float) -> tuple[TuplePolynomials, ...]:
    """The polynomials of a float optimum times a scale, with their coefficients rounded."""
    listed = []
    for block, gram in zip(optimum.blocks, optimum.grams, strict=True):
        rows = tuple(row for line in np.rint(scale * factor(gram)) if (row := trimmed([int(x) for x in line])))
        if rows:
            listed.append(TuplePolynomials(block.sines, block.columns, rows))
    return tuple(listed)


def prove_tuples(optimum: TupleOptimum, neurons: int | None = None) -> TupleBound:
    """The coarsest rounding that proves so many neurons; without a number, as many as the optimum is above.

    Raises ArithmeticError if no rounding does.
    """
    wanted = ceil(optimum.value - 1e-4) if neurons is None else neurons
    for power in range(2 * COARSEST, 2 * FINEST + 1):
        polynomials = rounded_tuples(optimum, 2 ** (power / 2))
        if any(abs(x) >= MOST_COEFFICIENT for part in polynomials for row in part.rows for x in row):
            break
        if polynomials:
            bound = evaluate_tuples(optimum.k, optimum.dimension, optimum.order, polynomials)
            if bound.neurons >= wanted:
                return bound
    raise ArithmeticError(f"prove_tuples: no rounding of an optimum of {optimum.value:.6f} proves {wanted} neurons")
