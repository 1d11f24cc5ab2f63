"""The program of composition in a finite group for an outside checker (margin.answers.vipr)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from margin.answers.vipr import RationalProgram, common_unit, require_entries
from margin.composition.program import GroupMargin, neuron_scale, program
from margin.numbers.square_roots import Surd


def rational_program(prediction: GroupMargin) -> RationalProgram:
    """The program with its optimum; of addition mod n where the group is known to be cyclic.

    Raises ValueError for irrational data, for a group too large to enumerate, and for too large a program.
    """
    task = prediction.task
    if task.addition is not None:
        from margin.addition.maximum import maximum_margin
        from margin.addition.vipr import rational_program as of_addition

        return replace(of_addition(maximum_margin(task.addition)), task=str(task))
    linear, k = program(task), task.k
    require_entries(len(linear.irrep_orbits) * len(linear.class_orbits))
    counts = [len(orbit) for orbit in linear.irrep_orbits]
    first = [linear.irreps[orbit[0]] for orbit in linear.irrep_orbits]
    weights = [Surd.half_power(irrep.dimension, k - 1) for irrep in first]
    values = [neuron_scale(linear.group.order, k) / w for w in weights]
    names = [
        f"{count} representation{'s' if count > 1 else ''} of dimension {irrep.dimension}, {irrep.type} type"
        for count, irrep in zip(counts, first, strict=True)
    ]
    unit = common_unit([(f"dimension {r.dimension}", c) for r, c in zip(first, values, strict=True)])
    x, y = linear.averaged(k)
    total = sum(y, Surd())  # V
    labels, representatives = linear.group.labels, linear.group.class_representatives.tolist()
    return RationalProgram(
        task=str(task),
        unit=unit,
        representations=tuple(names),
        classes=tuple(
            f"elements of the rational class of {labels[representatives[linear.classes[orbit[0]]]]},"
            f" {sum(linear.sizes[i] for i in orbit)} in all"
            for orbit in linear.class_orbits
        ),
        values=tuple((c / unit).as_fraction() for c in values),
        gaps=tuple(
            tuple(
                1 - Fraction(sums[column], count * r.dimension)
                for sums, count, r in zip(linear.orbit_sums, counts, first, strict=True)
            )
            for column in range(len(linear.class_orbits))
        ),
        masses=tuple((count * v * w / total).as_fraction() for count, v, w in zip(counts, x, weights, strict=True)),
        class_weights=tuple((v / total).as_fraction() for v in y),
        margin=(neuron_scale(linear.group.order, k) / total / unit).as_fraction(),
    )
