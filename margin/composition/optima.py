"""The optima of a group's linear program: floats find each basis, exact arithmetic proves it.

With x_r = D delta_r x'_r and G = D delta_r A, integer coordinates over the real field of the characters, a basis is
solved for and its optimality shown by signs (`margin.numbers.vertices`). The range of x_r is that of a smaller program,
over the field of the characters of r alone: the Galois group acts on the program, and what leaves r as it is may be
averaged over. Where a proof fails, exact pivoting decides (`margin.numbers.simplex`): the answers are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from margin.finite_groups.character_field import CharacterField, mixed_weights
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.finite_group import FiniteGroup, orbits
from margin.finite_groups.real_irreps import real_irreps
from margin.numbers.float_simplex import TINY, FloatTableau
from margin.numbers.mixed import Mixed
from margin.numbers.modular import Integers, is_injective, primes_one_modulo, unit_generators
from margin.numbers.number_field import FieldElement, RealField
from margin.numbers.simplex import RationalTableau, Tableau, least_optima, supports
from margin.numbers.square_roots import Surd
from margin.numbers.vertices import (
    Bounds,
    Face,
    GapMatrix,
    NotOptimal,
    Solution,
    extreme_x,
    least_x,
    least_y,
    optimal_pair,
    require_face,
)

Primal = Fraction | Surd | FieldElement  # an entry of x, and of A
Dual = Fraction | Surd | Mixed  # an entry of y
Optima = tuple[Sequence[Primal], Sequence[tuple[Primal, Primal]], Sequence[Dual]]  # least x, ranges of x, least y
Floats = NDArray[np.float64]
RATIONALS = RealField([[1]])
_PARTS = 1 << 30  # of an interior point in floats, to make it rational
T = TypeVar("T")


class GroupOptima:
    """The characters of a group as a linear program, summed over Galois orbits or not, and its optima.

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
        columns = [orbit[0] for orbit in self.class_orbits]
        sums = np.array([self.residues[orbit][:, columns].sum(axis=0) for orbit in self.irrep_orbits])
        return self._lifted(sums).tolist()

    def _lifted(self, residues: Integers) -> Integers:
        """Integers of at most the group's order, which is below half the prime, in size."""
        residues = residues % self._prime
        return np.where(residues > self._prime // 2, residues - self._prime, residues)

    @property
    def is_rational(self) -> bool:
        """Whether every real irreducible character is rational."""
        return all(len(orbit) == 1 for orbit in self.irrep_orbits)

    def _weights(self, k: int) -> list[Surd]:
        return [Surd.half_power(irrep.dimension, k - 1) for irrep in self.irreps]

    # -- the program over Galois orbits ------------------------------------------------------

    @cached_property
    def _orbit_gaps(self) -> GapMatrix:
        """sum over an orbit of delta - chi(C)."""
        dimensions = [len(orbit) * self.irreps[orbit[0]].dimension for orbit in self.irrep_orbits]
        return GapMatrix(RATIONALS, (np.array(dimensions)[:, None] - np.array(self.orbit_sums))[:, :, None])

    def _orbit_bounds(self, weights: list[Surd]) -> Bounds:
        return Bounds(
            RATIONALS,
            [
                Mixed({r: RATIONALS.rational(q * self.irreps[o[0]].dimension * len(o)) for r, q in weights[o[0]].terms})
                for o in self.irrep_orbits
            ],
        )

    def _float_tableau(self, weights: list[Surd]) -> FloatTableau:
        """Optimum of the program over Galois orbits, in floats."""
        dimensions = np.array([self.irreps[orbit[0]].dimension for orbit in self.irrep_orbits])
        bounds = np.array([len(orbit) * float(weights[orbit[0]]) for orbit in self.irrep_orbits])
        matrix = self._orbit_gaps.entries[:, :, 0] / dimensions[:, None]
        tableau = FloatTableau(matrix, bounds, np.ones(matrix.shape[1]))
        tableau.maximise()
        return tableau

    def _rational_tableau(self, weights: list[Surd]) -> RationalTableau[Surd]:
        """Optimum of the program over Galois orbits, by exact pivoting."""
        matrix = [
            [len(orbit) - Fraction(s, self.irreps[orbit[0]].dimension) for s in row]
            for orbit, row in zip(self.irrep_orbits, self.orbit_sums, strict=True)
        ]
        bounds = [len(orbit) * weights[orbit[0]] for orbit in self.irrep_orbits]
        tableau = RationalTableau(matrix, bounds, [1] * len(self.class_orbits))
        tableau.maximise()
        return tableau

    def _orbit_optimum(self, weights: list[Surd]) -> tuple[list[Fraction], list[Surd]]:
        """An optimal x, one entry for each orbit of irreps, and y, the total of each orbit of classes."""

        def proved() -> tuple[list[Fraction], list[Surd]]:
            rows, columns = self._float_tableau(weights).basis
            found_x, found_y = optimal_pair(self._orbit_gaps, rows, columns, self._orbit_bounds(weights))
            x, y = [Fraction(0)] * len(self.irrep_orbits), [Surd()] * len(self.class_orbits)
            for r, value in zip(rows, found_x, strict=True):
                x[r] = value.coordinates[0] * self.irreps[self.irrep_orbits[r][0]].dimension
            for c, total in zip(columns, found_y, strict=True):
                y[c] = total.surd()
            return x, y

        def pivoted() -> tuple[list[Fraction], list[Surd]]:
            tableau = self._rational_tableau(weights)
            return tableau.dual(), [Surd(v) for v in tableau.primal()]

        return _first_proved(proved, pivoted)

    def _orbit_face(self, weights: list[Surd]) -> tuple[set[int], set[int]]:
        """Orbits of irreps with x > 0 in some optimum, orbits of classes with y > 0 in some optimum."""

        def proved() -> tuple[set[int], set[int]]:
            used, tight, x, y = _float_supports(self._float_tableau(weights))
            scaled = [
                Fraction(round(v * _PARTS), _PARTS * self.irreps[o[0]].dimension)
                for v, o in zip(x, self.irrep_orbits, strict=True)
            ]
            face = Face(frozenset(used), frozenset(tight))
            rational = [Fraction(round(v * _PARTS), _PARTS) for v in y]
            require_face(self._orbit_gaps, face, self._orbit_bounds(weights), scaled, rational)
            return used, tight

        return _first_proved(proved, lambda: supports(self._rational_tableau(weights)))

    # -- single representations and classes --------------------------------------------------

    def optima(self, weights: list[Surd]) -> Optima:
        """The least x among the optima, the ranges of x, the least y."""
        used_orbits, tight_orbits = self._orbit_face(weights)
        used = [r for i in sorted(used_orbits) for r in self.irrep_orbits[i]]
        tight = [c for i in sorted(tight_orbits) for c in self.class_orbits[i]]
        one_x, one_y = self._unique(used, tight)
        if one_x and one_y:
            x, y = self._orbit_optimum(weights)
            each = _spread(x, self.irrep_orbits)
            return each, [(v, v) for v in each], _spread(y, self.class_orbits, self.sizes)
        face = Face(frozenset(used), frozenset(tight))
        return _first_proved(
            lambda: self._proved_optima(weights, face, one_x), lambda: self._pivoted_optima(weights, face.used)
        )

    def _unique(self, used: Sequence[int], tight: Sequence[int]) -> tuple[bool, bool]:
        """Whether the optimal x is unique, and the optimal y.

        With x > 0 exactly on the used representations and y > 0 exactly on the tight classes of optima in the interior
        of the optimal faces, they are unique exactly when A, restricted to both, has independent rows, and columns.
        Modulo a prime, which may hide it.
        """
        prime = self._prime
        inverse = np.array([[pow(irrep.dimension, -1, prime)] for irrep in self.irreps])
        matrix = ((1 - self.residues * inverse) % prime)[np.ix_(used, tight)]
        return is_injective(matrix.T, prime), is_injective(matrix, prime)

    @cached_property
    def _characters(self) -> CharacterField:
        return CharacterField(self.irreps, self.classes, self._irrational)

    @cached_property
    def _irrational(self) -> list[int]:
        """Classes, by position, with an irrational character: one that differs within the rational class."""
        return [
            c
            for orbit in self.class_orbits
            if (self.residues[:, orbit] != self.residues[:, orbit[:1]]).any()
            for c in orbit
        ]

    @cached_property
    def _remainders(self) -> Integers:
        return self._characters.remainders(self._lifted(self.residues))

    @cached_property
    def _dimensions(self) -> Integers:
        return np.array([irrep.dimension for irrep in self.irreps])

    def _gaps(self, field: RealField, rows: list[list[int]], columns: list[int]) -> GapMatrix:
        """The sum of delta - chi(C) over sets of representations, times the field's denominator; sums in the field."""
        remainders = self._remainders[:, columns]
        sums = np.array([remainders[row].sum(axis=0) for row in rows])
        entries = -field.coordinates(sums)
        entries[:, :, 0] += np.array([[self._dimensions[row].sum() * field.denominator] for row in rows], dtype=object)
        return GapMatrix(field, entries.astype(np.int64))

    @cached_property
    def _all_gaps(self) -> GapMatrix:
        return self._gaps(
            self._characters.field, [[r] for r in range(len(self.irreps))], list(range(len(self.classes)))
        )

    @cached_property
    def _values(self) -> Floats:
        """A in floats, shape (irreps, classes)."""
        return np.array([1 - irrep.character[self.classes] / irrep.dimension for irrep in self.irreps])

    @cached_property
    def _galois(self) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The Galois group of the field: permutations of the irreps and of the classes that leave A as it is."""
        where = {i: r for r, irrep in enumerate(self.irreps) for i in irrep.constituents}
        inverse = self.group.inverse_class.tolist()
        position = {c: i for i, c in enumerate(self.classes)}
        generators = []
        for s in unit_generators(self.group.exponent):
            images, powers = self.table.galois_image(s).tolist(), self.group.power_class(s).tolist()
            irreps = tuple(where[images[irrep.constituents[0]]] for irrep in self.irreps)
            # chi(g^s) is the image at g: the class moves the other way
            moved = [position[min(powers[c], inverse[powers[c]])] for c in self.classes]
            generators.append((irreps, tuple(np.argsort(moved).tolist())))
        identity = tuple(range(len(self.irreps))), tuple(range(len(self.classes)))
        members, reached = {identity}, [identity]
        for irreps, classes in reached:  # grows while we go
            for other, moved_classes in generators:
                image = tuple(other[r] for r in irreps), tuple(moved_classes[c] for c in classes)
                if image not in members:
                    members.add(image)
                    reached.append(image)
        return reached

    def _proved_optima(self, weights: list[Surd], face: Face, one_x: bool) -> Optima:
        """By bases that floats find. Raises `NotOptimal` where one is not proved."""
        field, gaps = self._characters.field, self._all_gaps
        tableau = FloatTableau(self._values, np.array(list(map(float, weights))), np.ones(len(self.classes)))
        tableau.maximise()
        tableau.least_dual([(len(self.classes) + r, 1) for r in sorted(face.used)])
        rows, columns = tableau.basis
        least = least_x(gaps, face, rows, columns)
        x: list[FieldElement] = [field.rational(0)] * len(self.irreps)
        for i, r in enumerate(rows):
            x[r] = least.element(i) * (field.denominator * int(self._dimensions[r]))
        ranges = {r: (v, v) for r, v in enumerate(x)} if one_x else self._ranges(weights, face, x)
        tableau.least_primal()
        rows, columns = tableau.basis
        scaled = [
            w * (field.denominator * int(d))
            for w, d in zip(mixed_weights(weights, field), self._dimensions, strict=True)
        ]
        found = least_y(gaps, face, rows, columns, Bounds(field, scaled))
        y: list[Dual] = [Fraction(0)] * len(self.classes)
        for c, value in zip(columns, found, strict=True):
            y[c] = self._shown_sum(value)
        each = [self._shown(v) for v in x]
        return each, [(self._shown(ranges[r][0]), self._shown(ranges[r][1])) for r in range(len(x))], y

    def _shown(self, value: FieldElement) -> Primal:
        """A rational number, or square roots where the field needs several; else an element of the field."""
        field = value.field
        if field.degree == 1 or not value:
            return value.coordinates[0]
        return value.surd() if field.degree > 2 and field.is_multiquadratic else value

    def _shown_sum(self, value: Mixed) -> Dual:
        field = self._characters.field
        return value.surd() if field.degree == 1 or (field.degree > 2 and field.is_multiquadratic) else value

    # -- ranges ------------------------------------------------------------------------------

    def _ranges(
        self, weights: list[Surd], face: Face, least: Sequence[FieldElement]
    ) -> dict[int, tuple[FieldElement, FieldElement]]:
        """Least and greatest x_r among the optima, conjugate representations alike; `least` is one optimum."""
        field = self._characters.field
        zero = field.rational(0)
        ranges = dict.fromkeys(range(len(self.irreps)), (zero, zero))
        reached_zero = {r for r, value in enumerate(least) if not value}
        used = [orbit for orbit in self.irrep_orbits if orbit[0] in face.used]
        reduced: dict[frozenset[int], _Averaged] = {}
        ends: list[tuple[list[int], _Averaged, FieldElement]] = []
        for orbit in used:
            fixing = frozenset(i for i, (irreps, _) in enumerate(self._galois) if irreps[orbit[0]] == orbit[0])
            if fixing not in reduced:
                reduced[fixing] = self._averaged_program(weights, face, fixing, orbit[0])
            program = reduced[fixing]
            greatest, zeros = program.extreme(orbit[0], -1)
            reached_zero |= zeros
            ends.append((orbit, program, greatest))
        for orbit, program, greatest in ends:
            low = program.field.rational(0)
            if not reached_zero.intersection(orbit):
                low, zeros = program.extreme(orbit[0], 1)
                reached_zero |= zeros
            for r in orbit:
                ranges[r] = self._lifted_to(field, low), self._lifted_to(field, greatest)
        return ranges

    def _averaged_program(self, weights: list[Surd], face: Face, fixing: frozenset[int], row: int) -> _Averaged:
        """The program averaged over the subgroup that leaves a representation as it is, on the used ones."""
        subgroup = [self._galois[i] for i in sorted(fixing)]
        rows = orbits([np.array(irreps) for irreps, _ in subgroup], len(self.irreps))
        columns = orbits([np.array(classes) for _, classes in subgroup], len(self.classes))
        kept = [list(o) for o in rows if o[0] in face.used]
        first = [o[0] for o in columns]
        field = self._characters.field if len(subgroup) == 1 else self._characters.generated([row])
        values = np.array([self._values[o].sum(axis=0) for o in kept])[:, first]
        bounds = np.array([len(o) * float(weights[o[0]]) for o in kept])
        tight = frozenset(i for i, c in enumerate(first) if c in face.tight)
        return _Averaged(self._gaps(field, kept, first), values, bounds, tight, kept, self._dimensions)

    def _lifted_to(self, field: RealField, value: FieldElement) -> FieldElement:
        """The number as an element of the field of all characters."""
        if value.field is field:
            return value
        return field.of(value)

    # -- exact pivoting ----------------------------------------------------------------------

    def _pivoted_optima(self, weights: list[Surd], used: frozenset[int]) -> Optima:
        unused = set(range(len(self.irreps))) - used
        if self.is_rational:
            return least_optima(self._rational_tableau(weights), unused)
        field, gaps = self._characters.field, self._all_gaps
        matrix = [
            [FieldElement(field, tuple(entry), field.denominator * irrep.dimension) for entry in row]
            for irrep, row in zip(self.irreps, gaps.entries.tolist(), strict=True)
        ]
        tableau = Tableau[FieldElement, Mixed](
            matrix, mixed_weights(weights, field), [field.rational(1)] * len(matrix[0])
        )
        tableau.maximise()
        x, ranges, y = least_optima(tableau, unused)

        def shown(value: FieldElement | Fraction) -> Primal:
            return self._shown(value) if isinstance(value, FieldElement) else value

        return (
            [shown(v) for v in x],
            [(shown(low), shown(high)) for low, high in ranges],
            [self._shown_sum(v) if isinstance(v, Mixed) else v for v in y],
        )


class _Averaged:
    """A program averaged over a subgroup of the Galois group: `rows` are orbits of used representations."""

    def __init__(
        self,
        gaps: GapMatrix,
        values: Floats,
        bounds: Floats,
        tight: frozenset[int],
        rows: list[list[int]],
        dimensions: Integers,
    ) -> None:
        self.gaps, self.rows, self.dimensions, self.field = gaps, rows, dimensions, gaps.field
        self.face = Face(frozenset(range(len(rows))), tight)
        self.tableau = FloatTableau(values, bounds, np.ones(values.shape[1]))
        self.tableau.maximise()
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], Solution] = {}

    def extreme(self, r: int, sign: int) -> tuple[FieldElement, set[int]]:
        """Where sign * x_r is least among the optima: x_r, and the representations that are 0 there."""
        row = self.rows.index([r])
        self.tableau.least_dual([(self.tableau.columns + row, sign)])
        rows, columns = self.tableau.basis
        key = tuple(rows), tuple(columns)
        x = self._known[key] = extreme_x(self.gaps, self.face, rows, columns, row, sign, self._known.get(key))
        positive = {i for i, s in zip(rows, x.signs[:, 0], strict=True) if s}
        zeros = {member for i, orbit in enumerate(self.rows) if i not in positive for member in orbit}
        value = x.element(rows.index(row)) if row in rows else self.field.rational(0)
        return value * (self.field.denominator * int(self.dimensions[r])), zeros


def _first_proved(proved: Callable[[], T], pivoted: Callable[[], T]) -> T:
    """What floats led to, if it is proved; else what exact pivoting finds."""
    try:
        return proved()
    except (NotOptimal, ArithmeticError):
        return pivoted()


def _float_supports(tableau: FloatTableau) -> tuple[set[int], set[int], Floats, Floats]:
    """Rows with x > 0 and columns with y > 0 in some optimum, and means of optima in the interior: of x and of y.

    Of an entry of x and the slack of its row, one is 0 in all optima, and the other is not 0 in all; likewise of an
    entry of y and the slack of its column.
    """
    xs, ys = [tableau.dual()], [tableau.primal()]
    for v in (*range(tableau.columns, tableau.columns + tableau.rows), *range(tableau.columns)):
        if max(x[v] for x in xs) <= TINY and max(y[v] for y in ys) <= TINY:
            tableau.least_dual([(v, -1)])
            xs.append(tableau.dual())
            if xs[-1][v] <= TINY:
                tableau.greatest_primal(v)
                ys.append(tableau.primal())
    x, y = np.mean(xs, axis=0), np.mean(ys, axis=0)
    used, tight = x[tableau.columns :] > TINY, y[: tableau.columns] > TINY
    return (
        set(np.flatnonzero(used).tolist()),
        set(np.flatnonzero(tight).tolist()),
        np.where(used, x[tableau.columns :], 0.0),
        np.where(tight, y[: tableau.columns], 0.0),
    )


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
