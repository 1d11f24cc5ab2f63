"""The form of a sum of squares: monomials by charge, and which entries of the Gram blocks add up to which coefficient.

Weights: c has 1, v has k. The monomials are those of v c^e and of c^(k+e), e = 1 except in `EXTRA`. A shift
multiplies c_z by w^(zs) and v_z by w^(kzs), so a monomial has a charge mod n, and an invariant sum of squares has one
Gram block for each charge; units map blocks to each other, so one for each orbit of charges is left
(docs/theory.md, 10.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement
from math import factorial

import numpy as np
from numpy.typing import NDArray

from margin.shared.classes import units, wrong_labels
from margin.shared.kernel import Integers, indices, kernel, totient

EXTRA = {(7, 3): 2}  # e, where 1 leaves a gap of more than 10^-6
MOST_FACTORS = 12  # of a product, so k <= 5: no program of longer ones has been compared with its polynomial
_FACTORIALS = np.array([factorial(i) for i in range(MOST_FACTORS + 1)])


@dataclass(frozen=True)
class Block:
    """The Gram block of a charge: `rows[i, j]` is the coefficient that entry (i, j) adds to, `orbit` times.

    `orders` are the multiplicities with which the squares of the monomials add up to `Program.norm` over phi(n).
    """

    charge: int
    orbit: int  # number of charges that units make of this one
    rows: NDArray[np.int64]
    orders: Integers

    @property
    def size(self) -> int:
        """Number of monomials."""
        return len(self.rows)


@dataclass(frozen=True)
class Program:
    """Coefficients of 2 phi(n) (t (||w||^2 + ||u||^(2k)) / 2 - <w, Q>) ||u||^(2e), summed over orbits of units.

    `norm` (rows,) is that of t and `gaps` (rows, classes) that of the class weights, both integers; the Gram blocks
    stand for 2 phi(n) times a sum of squares. `entries` counts the entries of each row, orbits counted.
    """

    n: int
    k: int
    blocks: tuple[Block, ...]
    norm: Integers
    gaps: Integers

    @property
    def entries(self) -> Integers:
        """How many entries of all Gram matrices add to each coefficient."""
        return sum(
            (b.orbit * np.bincount(b.rows.ravel(), minlength=len(self.norm)) for b in self.blocks),
            np.zeros(len(self.norm), dtype=np.int64),
        )

    def coefficients(self, grams: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """What symmetric Gram blocks add up to, in float64."""
        result = np.zeros(len(self.norm))
        for block, gram in zip(self.blocks, grams, strict=True):
            result += block.orbit * np.bincount(block.rows.ravel(), gram.ravel(), len(self.norm))
        return result


def require_codes(n: int, k: int, constant: bool = True) -> None:
    """Raise ValueError where products of monomials have more than `MOST_FACTORS` factors, or codes above 63 bits.

    And without `constant` for n = 2, where no product of frequencies is left.
    """
    longest, came = _longest(n, k), f"a shared embedding with n = {n}, k = {k}"
    if longest > MOST_FACTORS:
        raise ValueError(
            f"{came}: its sum of squares has products of {longest} factors, and {MOST_FACTORS} are coded; expected"
            f" k <= {MOST_FACTORS // 2 - 1}"
        )
    if 3 * n**longest >= 2**63:
        raise ValueError(f"{came}: products of {longest} factors are not coded in 63 bits; expected a smaller n")
    if n == 2 and not constant:
        raise ValueError(f"{came} without a constant part: one frequency alone is left; expected n >= 3")


def _longest(n: int, k: int) -> int:
    """Factors of a product of two monomials c^(k+e), the longest."""
    return 2 * (k + EXTRA.get((n, k), 1))


def _codes(n: int, heads: Integers, tails: Integers, longest: int) -> Integers:
    """A number for each product of v's (`heads`) and c's (`tails`), the same for all products of an orbit of units.

    Products of a program, `longest` factors at most, have other codes if they have other v's or c's, up to units.
    """
    best = np.full(len(tails), np.iinfo(np.int64).max)
    for u in units(n):
        code = np.zeros(len(tails), dtype=np.int64)
        for part in (heads, tails):
            for column in np.sort(part * u % n, axis=1).T:
                code = code * n + column
        np.minimum(best, code, out=best)
    return best + heads.shape[1] * n**longest


def _pairs(n: int, left: tuple[Integers, Integers], right: tuple[Integers, Integers], longest: int) -> Integers:
    """Codes of conj(left_i) right_j, shape (left, right); conjugation negates frequencies."""
    i, j = (grid.ravel() for grid in np.indices((len(left[1]), len(right[1]))))
    heads = np.concatenate([-left[0][i] % n, right[0][j]], axis=1)
    tails = np.concatenate([-left[1][i] % n, right[1][j]], axis=1)
    return _codes(n, heads, tails, longest).reshape(len(left[1]), len(right[1]))


def _monomials(
    n: int, k: int, extra: int, charge: int, first: int
) -> tuple[tuple[Integers, Integers], tuple[Integers, Integers]]:
    """The monomials v c^e and c^(k+e) of a charge, the c from frequency `first` on: arrays of heads and tails."""
    tails = list(combinations_with_replacement(range(first, n), extra))
    found = [(z, *c) for z in range(1, n) for c in tails if (k * z + sum(c) - charge) % n == 0]
    mixed = np.array(found, dtype=np.int64).reshape(-1, 1 + extra)
    pure = [c for c in combinations_with_replacement(range(first, n), k + extra) if (sum(c) - charge) % n == 0]
    empty = np.zeros((len(pure), 0), dtype=np.int64)
    return (mixed[:, :1], mixed[:, 1:]), (empty, np.array(pure, dtype=np.int64).reshape(-1, k + extra))


def _orders(tails: Integers) -> Integers:
    """In how many different orders the frequencies of each row stand."""
    counts = [(tails == z).sum(axis=1) for z in np.unique(tails)]
    repeats = np.prod([_FACTORIALS[count] for count in counts], axis=0) if counts else 1
    return np.asarray(_FACTORIALS[tails.shape[1]] // repeats * np.ones(len(tails), dtype=np.int64), dtype=np.int64)


@lru_cache(maxsize=2)
def program(n: int, k: int, constant: bool = True) -> Program:
    """The sum-of-squares program of a shared embedding; without `constant` of those that have c_0 = 0.

    Raises ValueError as `require_codes`.
    """
    require_codes(n, k, constant)
    first, longest = 0 if constant else 1, _longest(n, k)
    extra = EXTRA.get((n, k), 1)
    seen: set[int] = set()
    coded: list[tuple[int, int, Integers, Integers]] = []
    for charge in range(n):
        if charge not in seen:
            orbit = {u * charge % n for u in units(n)}
            seen |= orbit
            kinds = _monomials(n, k, extra, charge, first)
            codes = np.block([[_pairs(n, left, right, longest) for right in kinds] for left in kinds])
            coded.append((charge, len(orbit), codes, np.concatenate([_orders(tails) for _, tails in kinds])))
    known = np.unique(np.concatenate([codes.ravel() for _, _, codes, _ in coded]))
    blocks = tuple(
        Block(charge, orbit, np.searchsorted(known, codes), orders) for charge, orbit, codes, orders in coded
    )
    phi = totient(n)
    return Program(n, k, blocks, phi * _norm(n, k, extra, known, first), 2 * _gaps(n, k, extra, known, first))


def _summed(known: Integers, codes: Integers, values: Integers) -> Integers:
    """Values added up by code; each code is known."""
    rows = np.searchsorted(known, codes)
    assert (known[rows] == codes).all()  # every product of charge 0 splits in two monomials of one charge
    result = np.zeros(len(known), dtype=np.int64)
    np.add.at(result, rows, values)
    return result


def _norm(n: int, k: int, extra: int, known: Integers, first: int) -> Integers:
    """Coefficients of ||w||^2 ||u||^(2e) + ||u||^(2k+2e)."""
    z = np.arange(1, n)
    mixed = _squares(n, np.stack([z, -z % n], 1), np.zeros((n - 1, 0), dtype=np.int64), extra, first)
    none = np.zeros((1, 0), dtype=np.int64)
    pure = _squares(n, none, none, k + extra, first)
    return sum(
        (
            _summed(known, _codes(n, *parts, _longest(n, k)), np.ones(len(parts[1]), np.int64))
            for parts in (mixed, pure)
        ),
        np.zeros(len(known), dtype=np.int64),
    )


def _squares(n: int, heads: Integers, tails: Integers, times: int, first: int) -> tuple[Integers, Integers]:
    """Products with ||u||^(2 times), written out: one row for each choice of frequencies."""
    for _ in range(times):
        a = np.tile(np.arange(first, n), len(tails))
        heads, tails = np.repeat(heads, n - first, axis=0), np.repeat(tails, n - first, axis=0)
        tails = np.concatenate([tails, a[:, None], -a[:, None] % n], axis=1)
    return heads, tails


def _gaps(n: int, k: int, extra: int, known: Integers, first: int) -> Integers:
    """-phi(n) times the coefficients of <w, Q> ||u||^(2e) for each class, shape (rows, classes)."""
    monomials = indices(n, k, first == 0)
    values = np.stack([kernel(n, label, monomials) for label in wrong_labels(n, k)], axis=1)
    heads, tails = _squares(n, monomials[:, :1], monomials[:, 1:], extra, first)
    rows = np.searchsorted(known, _codes(n, heads, tails, _longest(n, k)))
    result = np.zeros((len(known), values.shape[1]), dtype=np.int64)
    np.add.at(result, rows, -np.repeat(values, (n - first) ** extra, axis=0))
    return result
