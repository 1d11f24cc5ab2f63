"""The semidefinite program behind a lower bound on the neurons of a real representation (docs/theory.md, 5.16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from margin.minimal_width.harmonics import products, zonal_product
from margin.minimal_width.interior import Constraints, Point, Program, Report, maximise
from margin.minimal_width.tuple_conditions import canonical, vanishing
from margin.networks.phases import Exponent

Array = NDArray[np.float64]


@dataclass(frozen=True)
class TupleBlock:
    """Columns prod_j cos(m_j a_j), with sines in place of cosines where `sines` has 1; m >= 0, m_j >= 1 at sines."""

    sines: Exponent
    columns: tuple[Exponent, ...]


@dataclass(frozen=True)
class TupleOptimum:
    """Gram matrices of the phi in the blocks' columns, in float64, and F(0) where the mean of F is 1."""

    k: int
    dimension: int
    order: int
    blocks: tuple[TupleBlock, ...]
    grams: tuple[Array, ...]
    value: float


def blocks(k: int, known: frozenset[Exponent], largest: int, size: int | None = None) -> tuple[TupleBlock, ...]:
    """All columns with m_j <= largest, m_1 + .. <= size, of parities that vanishing degrees have; one of two blocks
    that are each other's reverse."""
    parities = {tuple(h % 2 for h in degrees) for degrees in known}
    parities |= {p[::-1] for p in parities} | {(0,) * (k + 1)}
    most = (k + 1) * largest if size is None else size
    made = []
    for sines in product((0, 1), repeat=k + 1):
        if sines <= sines[::-1]:
            columns = product(*(range(sine, largest + 1) for sine in sines))
            kept = tuple(m for m in columns if sum(m) <= most and tuple(x % 2 for x in m) in parities)
            made.append(TupleBlock(sines, kept))
    return tuple(block for block in made if block.columns)


def solve_tuples(
    k: int,
    dimension: int = 2,
    order: int = 0,
    largest: int = 2,
    size: int | None = None,
    tolerance: float = 1e-7,
    report: Report | None = None,
    start: Point | None = None,
    save: Callable[[Point], None] | None = None,
) -> TupleOptimum:
    """The largest F(0) with mean 1 and no positive coefficient at degrees that need not vanish.

    `report`, `start` and `save` as for `maximise`. Raises ValueError as `vanishing`, and for `largest` below 1.
    """
    if largest < 1:
        raise ValueError(f"solve_tuples: largest = {largest}; expected 1 or more")
    known = vanishing(k, dimension, order)
    made = blocks(k, known, largest, size)
    zero = (0,) * (k + 1)
    entries = [_entries(block, dimension, known) for block in made]
    constrained = sorted({degrees for part in entries for degrees, _, _ in part})
    index = {degrees: i for i, degrees in enumerate(constrained)}
    constraints, objective, scales = [], [], []
    for block, part in zip(made, entries, strict=True):
        count = len(block.columns)
        scale = np.array([part[zero, a, a] for a in range(count)]) ** -0.5
        at = sorted((index[degrees], a, b) for degrees, a, b in part)
        i, a, b = np.array(at).T
        value = np.array([part[constrained[x], y, z] for x, y, z in at]) * scale[a] * scale[b]
        constraints.append(Constraints(len(index), count, i, a, b, value))
        ones = scale * (not any(block.sines))  # at angles 0 sines vanish
        objective.append(2.0 ** (k + 1) * np.outer(ones, ones))
        scales.append(scale)
    right = np.array([float(degrees == zero) for degrees in constrained])
    loose = np.array([i for i, degrees in enumerate(constrained) if degrees != zero], dtype=np.int64)
    program = Program(objective, constraints, right, loose)
    point = maximise(program, tolerance, report, start, save)
    grams = tuple(x * np.outer(scale, scale) for x, scale in zip(point.X, scales, strict=True))
    return TupleOptimum(k, dimension, order, made, grams, program.value(point))


def _entries(
    block: TupleBlock, dimension: int, known: frozenset[Exponent]
) -> defaultdict[tuple[Exponent, int, int], float]:
    """2^(k+1) times the coefficients of products of columns a >= b at canonical degrees that need not vanish."""
    entries: defaultdict[tuple[Exponent, int, int], float] = defaultdict(float)
    for a, x in enumerate(block.columns):
        for b, y in enumerate(block.columns[: a + 1]):
            for cosines, sign in products(x, y, block.sines):
                for degrees, share in zonal_product(cosines, dimension):
                    if (orbit := canonical(degrees)) not in known:
                        entries[orbit, a, b] += sign * float(share)
    return entries
