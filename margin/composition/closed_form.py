"""Abelian and dihedral groups of any order: representations of dimension 1 and 2 alone, so a closed form.

The class weights that make every c_rho (1 - tau_hat(rho)) equal are positive: tau(x) is proportional to
1 + (2^((k-1)/2) - 1) L on the subgroup where all L real linear characters are 1, and to 1 off it.
So every class is tight, every representation is used, and the optimal masses are unique.
"""

from __future__ import annotations

from fractions import Fraction

from margin.answers.record import Block, ClassWeight, MaximumMargin
from margin.composition.program import GroupMargin, neuron_scale
from margin.finite_groups.structure import AbelianStructure, DihedralStructure
from margin.numbers.ratio import Ratio
from margin.numbers.square_roots import Surd
from margin.tasks import GroupComposition

MOST_LISTED = 200  # representations listed one by one


def closed_form(structure: AbelianStructure | DihedralStructure, k: int) -> GroupMargin:
    """The exact maximum margin from the numbers of representations of each dimension.

    Raises ValueError for the trivial group.
    """
    n, linear = structure.order, structure.linear_real_characters
    if n < 2:
        raise ValueError(f"group {structure.name}: it has one element, expected at least 2 labels")
    abelian = isinstance(structure, AbelianStructure)
    scale, weight = neuron_scale(n, k), Surd.half_power(2, k - 1)
    rotation_share = 2 if abelian else 4  # delta^2 / e
    value = (linear - 1 + weight * (rotation_share * structure.rotations)) / n
    gamma = Ratio(1, scale, value)
    blocks: list[Block[Ratio]] = []
    rotation_type, commutant = ("complex", 2) if abelian else ("real", 1)
    for dimension, kind, e, count, w, share in (
        (1, "real", 1, linear - 1, Surd(1), 1),
        (2, rotation_type, commutant, structure.rotations, weight, rotation_share),
    ):
        mass = Ratio(Fraction(share, n), w, value)
        whole = linear - 1 + structure.rotations > MOST_LISTED
        entry = Block("representation", dimension, kind, e, count if whole else 1, scale / w, mass, (mass, mass))
        blocks += [entry] * (min(count, 1) if whole else count)
    low, high = Surd(1), 1 + (weight - 1) * linear
    kernel = n // linear  # elements on which every real linear character is 1
    where = ("squares", "non-squares") if abelian else ("even rotations", "others")
    if not abelian and linear == 2:
        where = ("rotations", "reflections")
    if linear == 1:
        where = ("all others", "")
    kinds = [(where[0], kernel - 1, high), (where[1], n - kernel, low)]
    weights = tuple(ClassWeight(name, size, Ratio(1, t, value * n)) for name, size, t in kinds if size)
    return MaximumMargin(GroupComposition(structure.name, k), gamma, tuple(blocks), weights, all_irreps=gamma)
