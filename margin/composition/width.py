"""How many neurons a maximum-margin network of a group needs: constructions above, proved bounds below.

The bounds for single representations add up only where every class of labels is tight: then each representation's
neurons must compute its character and nothing else, and, for k >= 2, each neuron belongs to one representation.
"""

from __future__ import annotations

from dataclasses import dataclass

from margin.answers.record import Widths
from margin.composition.maximum import maximum_margin
from margin.composition.program import GroupMargin
from margin.composition.tuple_designs import design_name, design_sizes, generic_lower_bound, lower_bound
from margin.tasks import GroupComposition


@dataclass(frozen=True)
class IrrepWidth:
    """How many neurons the representations of one dimension and commutant take in a network, and how many they must.

    `lower_bound` holds for every group, `generic_lower_bound` where entries of the representation satisfy no accidental
    relations (`margin.composition.tuple_designs`); both speak of neurons that compute the character and nothing else.
    """

    dimension: int
    commutant: int
    k: int
    design: str
    constructed: int
    paper: int
    lower_bound: int | None
    generic_lower_bound: int | None


def irrep_width(dimension: int, commutant: int, k: int, construction: str = "minimal") -> IrrepWidth:
    """Neurons for one representation of dimension delta with commutant of dimension e.

    `paper`: delta^(k+1) 2^(k-1); `minimal`: the smallest design known. Raises ValueError for another construction.

    >>> irrep_width(2, 1, 2).constructed, irrep_width(2, 1, 2, "paper").constructed
    (10, 16)
    """
    name = design_name(dimension, commutant, k, construction)
    sizes = design_sizes(dimension, commutant, k)
    bounds = lower_bound(dimension, commutant, k), generic_lower_bound(dimension, commutant, k)
    return IrrepWidth(dimension, commutant, k, name, sizes[name], sizes["paper"], *bounds)


def group_width(prediction: GroupMargin, construction: str = "minimal") -> int:
    """Width of the network that `construct` makes: representations of mass 0 get no neurons."""
    return sum(
        block.count * irrep_width(block.dimension, block.commutant, prediction.task.k, construction).constructed
        for block in prediction.blocks
        if block.mass.sign() > 0
    )


def widths(task: GroupComposition, construction: str = "minimal", prediction: GroupMargin | None = None) -> Widths:
    """Neurons constructed and in the papers' construction; the proved minimum where every class of labels is tight.

    Raises ValueError for an unknown construction, and as `maximum_margin`.
    """
    margin = prediction or maximum_margin(task)
    irreps = [irrep_width(block.dimension, block.commutant, task.k, construction) for block in margin.blocks]
    used = [block.mass.sign() > 0 for block in margin.blocks]
    neurons_each = tuple(width.constructed if u else 0 for width, u in zip(irreps, used, strict=True))
    if margin.task.addition is not None:  # addition mod n, with its own constructions and bounds
        from margin.addition.width import widths as addition_widths

        counted = addition_widths(margin.task.addition, construction)
        by_dimension = dict(zip((2, 1) if task.n > 2 else (1,), counted.neurons_each, strict=False))
        each = tuple(by_dimension[block.dimension] for block in margin.blocks)
        return Widths(counted.constructed, counted.paper, counted.lower_bound, counted.minimal, each)
    constructed, bound = group_width(margin, construction), None
    if all(weight.each.sign() > 0 for weight in margin.class_weights):
        bounds = [
            (block.count, width.lower_bound)
            for block, width in zip(margin.blocks, irreps, strict=True)
            if block.used == "always"
        ]
        bound = sum(count * b for count, b in bounds if b is not None)
    minimal = constructed if bound == constructed else None
    return Widths(constructed, group_width(margin, "paper"), bound, minimal, neurons_each)
