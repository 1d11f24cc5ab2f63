"""The maximum margin of any finite group: a linear program over real irreducible representations, solved exactly.

    gamma* = max over masses lambda  min over classes C != {e}  sum_rho lambda_rho c_rho (1 - chi_rho(C)/delta_rho)
           = min over class weights tau  max over rho != 1        c_rho (1 - tau_hat(rho))

With c_rho = kappa / w_rho, w_rho = delta_rho^((k-1)/2), x_rho = lambda_rho V / w_rho and y_C = V tau(C) this is

    V = min { w.x : A x >= 1, x >= 0 } = max { sum y : A^T y <= w, y >= 0 },   A = 1 - chi_rho(C)/delta_rho,

gamma* = kappa / V. Averaging over Galois conjugates makes A rational, so V is a sum of square roots. Where the
optimal masses are not unique, single representations are looked at in the real field of their characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from math import factorial

import numpy as np

from margin.answers.record import Block, ClassWeight, MaximumMargin
from margin.finite_groups.character_field import character_field
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.real_irreps import real_irreps
from margin.numbers.mixed import Mixed
from margin.numbers.modular import Integers, is_injective, primes_one_modulo
from margin.numbers.number_field import FieldElement
from margin.numbers.ratio import Ratio
from margin.numbers.simplex import B, F, RationalTableau, Tableau
from margin.numbers.square_roots import Surd
from margin.tasks import GroupComposition

Primal = Fraction | Surd | FieldElement  # an entry of x, and of A
Dual = Fraction | Surd | Mixed  # an entry of y


GroupMargin = MaximumMargin[GroupComposition, Ratio]


def neuron_scale(n: int, k: int) -> Surd:
    """kappa = k! n^(-k) n^((k-1)/2) (k+1)^(-(k+1)/2): the best neuron of a representation of dimension 1."""
    return Fraction(factorial(k), n**k) * Surd.half_power(n, k - 1) / Surd.half_power(k + 1, k + 1)


class GroupProgram:
    """The linear program of one group; `solve(k)` for each number of inputs.

    Raises ValueError for the trivial group, which has no wrong label.
    """

    def __init__(self, group: FiniteGroup) -> None:
        if group.order < 2:
            raise ValueError(f"group {group.name}: it has one element, expected at least 2 labels")
        self.group = group
        self.table = character_table(group)
        self.irreps = real_irreps(self.table)[1:]
        inverse = group.inverse_class.tolist()
        self.classes = [c for c in range(1, len(inverse)) if c <= inverse[c]]
        sizes = group.class_sizes.tolist()
        self.sizes = [sizes[c] * (1 if inverse[c] == c else 2) for c in self.classes]

    # -- characters summed over Galois orbits ------------------------------------------------

    @cached_property
    def _prime(self) -> int:
        return next(primes_one_modulo(self.group.exponent, 4 * self.group.order))

    @cached_property
    def residues(self) -> Integers:
        """Characters of `irreps` at `classes` modulo the prime, shape (irreps, classes)."""
        values = self.table.residues(self._prime)[:, self.classes]
        rows = [sum(values[i] for i in r.constituents) * (2 if r.commutant == 4 else 1) for r in self.irreps]
        return np.array(rows) % self._prime

    @cached_property
    def irrep_orbits(self) -> list[list[int]]:
        """`irreps` grouped under the Galois group."""
        where = {i: r for r, irrep in enumerate(self.irreps) for i in irrep.constituents}
        orbits = [sorted({where[i] for i in orbit}) for orbit in self.table.galois_orbits if orbit[0] in where]
        return [list(orbit) for orbit in dict.fromkeys(map(tuple, orbits))]

    @cached_property
    def class_orbits(self) -> list[list[int]]:
        """`classes` grouped by rational class."""
        where = {c: i for i, c in enumerate(self.classes)}
        orbits = ([where[c] for c in members if c in where] for members in self.group.rational_classes)
        return [orbit for orbit in orbits if orbit]

    @cached_property
    def orbit_sums(self) -> list[list[int]]:
        """sum over an orbit of irreps of chi(C), at the first class of each orbit; integers, shape (orbits, orbits)."""
        prime = self._prime  # above twice any |value|, as these are at most the group's order
        columns = [orbit[0] for orbit in self.class_orbits]
        sums = np.array([self.residues[orbit][:, columns].sum(axis=0) for orbit in self.irrep_orbits]) % prime
        return np.where(sums > prime // 2, sums - prime, sums).tolist()

    @property
    def is_rational(self) -> bool:
        """Whether every real irreducible character is rational."""
        return all(len(orbit) == 1 for orbit in self.irrep_orbits)

    def _weights(self, k: int) -> list[Surd]:
        return [Surd.half_power(irrep.dimension, k - 1) for irrep in self.irreps]

    # -- solving ------------------------------------------------------------------------------

    def solve(self, k: int) -> GroupMargin:
        """The exact maximum margin with its optima."""
        n, weights = self.group.order, self._weights(k)
        shares = [Fraction(r.dimension**2, r.commutant) for r in self.irreps]
        total = sum((share * w for share, w in zip(shares, weights, strict=True)), Surd()) / n
        equalising = self._equalising(weights)
        if min(equalising) > 0:  # every class is tight and every representation used, so both optima are unique
            value = total
            x: Sequence[Primal] = [share / n for share in shares]
            ranges: Sequence[tuple[Primal, Primal]] = [(v, v) for v in x]
            y: Sequence[Dual] = equalising
        else:
            value, x, ranges, y = self._by_simplex(weights)
        scale = neuron_scale(n, k)
        blocks = tuple(
            Block(
                "representation",
                r.dimension,
                r.type,
                r.commutant,
                1,
                scale / w,
                *_masses(v, low, high, w, value),
                irrep=r,
            )
            for r, w, v, (low, high) in zip(self.irreps, weights, x, ranges, strict=True)
        )
        return MaximumMargin(
            GroupComposition(self.group, k),
            Ratio(1, scale, value),
            blocks,
            self._class_weights(y, value),
            all_irreps=Ratio(1, scale, total),
        )

    def _class_weights(self, y: Sequence[Dual], value: Surd) -> tuple[ClassWeight[Ratio], ...]:
        labels, group = self.group.labels, self.group
        first, orders = group.class_representatives.tolist(), group.class_orders.tolist()
        return tuple(
            ClassWeight(labels[first[c]], size, Ratio.of(v, value * size), orders[c])
            for c, size, v in zip(self.classes, self.sizes, y, strict=True)
        )

    def _equalising(self, weights: list[Surd]) -> list[Surd]:
        """The y, perhaps negative, with A^T y = w, one entry per class.

        From tau_hat(rho) = 1 - gamma/c_rho by Fourier inversion: y(C) = -(|C|/n) sum_rho w_rho (delta/e) chi_rho(C).
        """
        factors = [
            weights[o[0]] * Fraction(self.irreps[o[0]].dimension, self.irreps[o[0]].commutant)
            for o in self.irrep_orbits
        ]
        y = [Surd()] * len(self.classes)
        for column, members in enumerate(self.class_orbits):
            sums = (row[column] for row in self.orbit_sums)
            total = sum((f * s for f, s in zip(factors, sums, strict=True)), Surd())
            for c in members:
                y[c] = total * Fraction(-self.sizes[c], self.group.order)
        return y

    def averaged(self, k: int) -> tuple[list[Fraction], list[Surd]]:
        """Optimal x, one entry for each orbit of irreps, and y, the total of each orbit of classes."""
        weights = self._weights(k)
        equalising = self._equalising(weights)
        if min(equalising) >= 0:
            first = (self.irreps[orbit[0]] for orbit in self.irrep_orbits)
            x = [Fraction(r.dimension**2, r.commutant * self.group.order) for r in first]
            return x, [sum((equalising[c] for c in members), Surd()) for members in self.class_orbits]
        tableau = self._rational_tableau(weights)
        return tableau.dual(), [Surd(v) for v in tableau.primal()]

    def _rational_tableau(self, weights: list[Surd]) -> RationalTableau[Surd]:
        """Optimum of the program over Galois orbits."""
        matrix = [
            [len(orbit) - Fraction(s, self.irreps[orbit[0]].dimension) for s in row]
            for orbit, row in zip(self.irrep_orbits, self.orbit_sums, strict=True)
        ]
        bounds = [len(orbit) * weights[orbit[0]] for orbit in self.irrep_orbits]
        tableau = RationalTableau(matrix, bounds, [1] * len(self.class_orbits))
        tableau.maximise()
        return tableau

    def _by_simplex(
        self, weights: list[Surd]
    ) -> tuple[Surd, Sequence[Primal], Sequence[tuple[Primal, Primal]], Sequence[Dual]]:
        """V, the least x, the ranges of x, the least y."""
        rational = self._rational_tableau(weights)
        value = sum((Surd(v) for v in rational.primal()), Surd())
        used, tight = _supports(rational)
        unused = {r for i, orbit in enumerate(self.irrep_orbits) if i not in used for r in orbit}
        if self.is_rational:
            return value, *_least(rational, unused)
        if self._unique(used, tight):
            x = _spread(rational.dual(), self.irrep_orbits)
            return value, x, [(v, v) for v in x], _spread(rational.primal(), self.class_orbits, self.sizes)
        return value, *_least(self._irrational_tableau(weights), unused)

    def _unique(self, used_orbits: set[int], tight_orbits: set[int]) -> bool:
        """Whether both optima are unique.

        With x > 0 exactly on the used representations and y > 0 exactly on the tight classes of optima in the interior
        of the optimal faces, they are unique exactly when A, restricted to both, is invertible. Modulo a prime.
        """
        irreps = [r for i in sorted(used_orbits) for r in self.irrep_orbits[i]]
        classes = [c for i in sorted(tight_orbits) for c in self.class_orbits[i]]
        prime = self._prime
        inverse = np.array([[pow(irrep.dimension, -1, prime)] for irrep in self.irreps])
        matrix = ((1 - self.residues * inverse) % prime)[np.ix_(irreps, classes)]
        return len(irreps) == len(classes) and is_injective(matrix, prime)

    def _irrational_tableau(self, weights: list[Surd]) -> Tableau[Primal, Surd | Mixed]:
        characters, roots = character_field(self.irreps, self.classes, weights)
        rows: Sequence[Sequence[Surd | FieldElement]] = characters
        matrix: list[list[Primal]] = [
            [1 - value * Fraction(1, irrep.dimension) for value in row]
            for irrep, row in zip(self.irreps, rows, strict=True)
        ]
        tableau = Tableau[Primal, Surd | Mixed](matrix, roots, [Fraction(1)] * len(self.classes))
        tableau.maximise()
        return tableau


def _masses(x: Primal, low: Primal, high: Primal, w: Surd, value: Surd) -> tuple[Ratio, tuple[Ratio, Ratio]]:
    return Ratio(x, w, value), (Ratio(low, w, value), Ratio(high, w, value))


def _least(
    tableau: Tableau[F, B], unused: set[int]
) -> tuple[list[F | Fraction], list[tuple[F | Fraction, F | Fraction]], list[B | Fraction]]:
    """The least x among the optima, the ranges of x, the least y."""
    ranges = _ranges(tableau, unused)
    tableau.least_dual([(r, 1) for r in range(len(tableau.rows)) if r not in unused])
    tableau.least_primal()
    return tableau.dual(), ranges, tableau.primal()


def _ranges(tableau: Tableau[F, B], unused: set[int]) -> list[tuple[F | Fraction, F | Fraction]]:
    """Least and greatest x_r among the optima; an x_r seen to be 0 once needs no search for its least value."""
    zero: set[int] = set()
    greatest: list[F | Fraction] = []
    for r in range(len(tableau.rows)):
        if r not in unused:
            tableau.least_dual([(r, -1)])
        x = tableau.dual()
        zero |= {i for i, v in enumerate(x) if not v}
        greatest.append(x[r])
    ranges = []
    for r, high in enumerate(greatest):
        if r not in zero:
            tableau.least_dual([(r, 1)])
        low = Fraction(0) if r in zero else tableau.dual()[r]
        zero |= {i for i, v in enumerate(tableau.dual()) if not v}
        ranges.append((low, high))
    return ranges


def _supports(tableau: Tableau[F, B]) -> tuple[set[int], set[int]]:
    """Rows with x > 0 in some optimum, columns with y > 0 in some optimum."""
    used = {r for r, x in enumerate(tableau.dual()) if x}
    for r in range(len(tableau.rows)):
        if r not in used:
            tableau.least_dual([(r, -1)])
            used |= {i for i, x in enumerate(tableau.dual()) if x}
    tight = {c for c, y in enumerate(tableau.primal()) if y}
    for c in range(tableau.columns):
        if c not in tight:
            tableau.greatest_primal(c)
            tight |= {i for i, y in enumerate(tableau.primal()) if y}
    return used, tight


def _spread(
    values: Sequence[Fraction | Surd], orbits: list[list[int]], sizes: list[int] | None = None
) -> list[Fraction | Surd]:
    """Orbit values on each member: the same, or (with sizes) the orbit's total in proportion to the sizes."""
    result: list[Fraction | Surd] = [Fraction(0)] * sum(map(len, orbits))
    for value, orbit in zip(values, orbits, strict=True):
        total = sum(sizes[i] for i in orbit) if sizes else 1
        for i in orbit:
            result[i] = value * Fraction(sizes[i], total) if sizes else value
    return result


@lru_cache(maxsize=16)
def _program(group: FiniteGroup) -> GroupProgram:
    return GroupProgram(group)


def program(task: GroupComposition) -> GroupProgram:
    """The linear program of the task's group; kept, as its characters take longest. Raises as `GroupProgram`."""
    return _program(task.group)
