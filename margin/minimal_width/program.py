"""The semidefinite program behind a lower bound on a block's width: the best sum of |phi|^2 (docs/theory.md, 5.14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from margin.minimal_width.columns import column, column_sums, independent, row_sum
from margin.minimal_width.exponents import conditions, support
from margin.minimal_width.interior import Constraints, Point, Program, Report, maximise
from margin.networks.phases import Exponent

Array = NDArray[np.float64]
Entries = list[tuple[Exponent, int, int, int]]


@dataclass(frozen=True)
class Block:
    """Columns of one two-row representation: their exponents, and orbit sums of products of two of them.

    `sums` lists (canonical exponent, a, b, orbit sum) for a >= b.
    """

    j: int
    exponents: tuple[Exponent, ...]
    sums: Entries


@dataclass(frozen=True)
class Optimum:
    """Gram matrices X_j of the phi in the blocks' columns, in float64, and F(0) where F^(0) = 1."""

    blocks: tuple[Block, ...]
    grams: tuple[Array, ...]
    value: float


def blocks(k: int, size: int, largest: int | None = None) -> tuple[Block, ...]:
    """All blocks on the support |m|_1 <= size, |m_j| <= largest, m of the parity of size."""
    return tuple(Block(j, basis, _sums(basis, j)) for j, basis in bases(k, size, largest))


def bases(k: int, size: int, largest: int | None = None) -> tuple[tuple[int, tuple[Exponent, ...]], ...]:
    """j and the exponents of each of the `blocks`, without their sums, which take most of the time."""
    vectors = support(k, size, largest)
    listed = [(j, tuple(independent(vectors, j))) for j in range(k // 2 + 1)]
    return tuple((j, basis) for j, basis in listed if basis)


def _sums(exponents: tuple[Exponent, ...], j: int) -> Entries:
    sums: Entries = []
    for b, y in enumerate(exponents):
        psi_rows = row_sum(column(y, j), j)
        for a in range(b, len(exponents)):
            sums += [(h, a, b, value) for h, value in column_sums(exponents[a], psi_rows, j).items()]
    return sums


def solve(
    k: int,
    order: int = 0,
    size: int | None = None,
    largest: int | None = None,
    tolerance: float = 1e-8,
    report: Report | None = None,
    start: Point | None = None,
    save: Callable[[Point], None] | None = None,
) -> Optimum:
    """The largest F(0) with F^(0) = 1 and F^(h) <= 0 where the sums need not vanish, linked orbits added together.

    The support is |m|_1 <= size (k if not given), |m_j| <= largest; `report`, `start` and `save` as for `maximise`.
    """
    made = blocks(k, k if size is None else size, largest)
    zero, known = (0,) * k, conditions(k, order)
    counted = {h: known.counted_as(h) for block in made for h, *_ in block.sums if h not in known.vanishing}
    constrained = sorted({orbit for orbit, _ in counted.values()})
    index = {orbit: i for i, orbit in enumerate(constrained)}
    shares = {h: (index[orbit], float(share)) for h, (orbit, share) in counted.items()}
    scales = [_scale(block) for block in made]
    constraints, objective = [], []
    for block, scale in zip(made, scales, strict=True):
        constraints.append(_constraints(block, len(index), shares, scale))
        dimension = len(block.exponents)
        total: defaultdict[tuple[int, int], int] = defaultdict(int)
        for _, a, b, value in block.sums:
            total[a, b] += value
        C = np.zeros((dimension, dimension))
        for (a, b), value in total.items():
            C[a, b] = C[b, a] = value
        objective.append(C * np.outer(scale, scale))
    right = np.array([float(h == zero) for h in constrained])
    loose = np.array([i for i, h in enumerate(constrained) if h != zero], dtype=np.int64)
    program = Program(objective, constraints, right, loose)
    point = maximise(program, tolerance, report, start, save)
    grams = tuple(x * np.outer(scale, scale) for x, scale in zip(point.X, scales, strict=True))
    return Optimum(made, grams, program.value(point))


def _scale(block: Block) -> Array:
    """Factors that give every column F^(0) = 1."""
    zero = (0,) * len(block.exponents[0])
    norms = np.ones(len(block.exponents))
    for h, a, b, value in block.sums:
        if a == b and h == zero:
            norms[a] = value
    scale: Array = norms**-0.5
    return scale


def _constraints(block: Block, count: int, shares: dict[Exponent, tuple[int, float]], scale: Array) -> Constraints:
    entries: defaultdict[tuple[int, int, int], float] = defaultdict(float)
    for h, a, b, value in block.sums:
        if h in shares:
            i, share = shares[h]
            entries[i, a, b] += share * value
    positions = sorted(entries)
    i, a, b = np.array(positions).T
    value = np.array([entries[position] for position in positions]) * scale[a] * scale[b]
    return Constraints(count, len(scale), i, a, b, value)
