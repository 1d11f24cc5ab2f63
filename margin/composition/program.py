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
from functools import lru_cache
from math import factorial

from margin.answers.record import Block, ClassWeight, MaximumMargin
from margin.composition.optima import Dual, GroupOptima, Primal
from margin.finite_groups.finite_group import FiniteGroup
from margin.numbers.ratio import Ratio
from margin.numbers.square_roots import Surd
from margin.tasks import GroupComposition

GroupMargin = MaximumMargin[GroupComposition, Ratio]


def neuron_scale(n: int, k: int) -> Surd:
    """kappa = k! n^(-k) n^((k-1)/2) (k+1)^(-(k+1)/2): the best neuron of a representation of dimension 1."""
    return Fraction(factorial(k), n**k) * Surd.half_power(n, k - 1) / Surd.half_power(k + 1, k + 1)


class GroupProgram(GroupOptima):
    """The linear program of one group; `solve(k)` for each number of inputs.

    Raises ValueError for the trivial group, which has no wrong label.
    """

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
            value = sum(self._orbit_optimum(weights)[1], Surd())
            x, ranges, y = self.optima(weights)
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
        return self._orbit_optimum(weights)


def _masses(x: Primal, low: Primal, high: Primal, w: Surd, value: Surd) -> tuple[Ratio, tuple[Ratio, Ratio]]:
    return Ratio(x, w, value), (Ratio(low, w, value), Ratio(high, w, value))


@lru_cache(maxsize=16)
def _program(group: FiniteGroup) -> GroupProgram:
    return GroupProgram(group)


def program(task: GroupComposition) -> GroupProgram:
    """The linear program of the task's group; kept, as its characters take longest. Raises as `GroupProgram`."""
    return _program(task.group)
