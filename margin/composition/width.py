"""How many neurons a maximum-margin network of a group needs: constructions above, proved bounds below.

The bounds for single representations add up only where every class of labels is tight: then each representation's
neurons must compute its character and nothing else, and, for k >= 2, each neuron belongs to one representation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from margin.addition.width import widths as addition_widths
from margin.answers.record import Block, Widths
from margin.composition.maximum import maximum_margin
from margin.composition.program import GroupMargin
from margin.composition.special_designs import (
    dihedral_images,
    image_order,
    special_images,
    special_name,
    special_size,
)
from margin.composition.tuple_designs import (
    design_name,
    design_sizes,
    dihedral_bound,
    generic_lower_bound,
    lower_bound,
)
from margin.finite_groups.structure import DihedralStructure
from margin.numbers.ratio import Ratio
from margin.tasks import GroupComposition

OTHER = 0  # stands for an image of large order: it has no special design, and the bounds of large orders


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


def irrep_width(
    dimension: int, commutant: int, k: int, construction: str = "minimal", image: int | None = None
) -> IrrepWidth:
    """Neurons for one representation of dimension delta with commutant of dimension e.

    `paper`: delta^(k+1) 2^(k-1); `minimal`: the smallest design known, for a representation with an image of that order
    if one is given. Raises ValueError for another construction.

    >>> irrep_width(2, 1, 2).constructed, irrep_width(2, 1, 2, "paper").constructed
    (10, 16)
    >>> irrep_width(2, 1, 2, image=8).constructed, irrep_width(4, 4, 2, image=8).constructed
    (8, 8)
    >>> irrep_width(2, 1, 3, image=10).lower_bound, irrep_width(2, 1, 3, image=6).lower_bound
    (34, 17)
    """
    name = design_name(dimension, commutant, k, construction)
    sizes = design_sizes(dimension, commutant, k)
    special = None if image is None or construction == "paper" else special_name(dimension, commutant, k, image)
    if special and image and (size := special_size(dimension, commutant, k, image)) and size < sizes[name]:
        name, sizes = special, sizes | {special: size}
    bound, generic = lower_bound(dimension, commutant, k), generic_lower_bound(dimension, commutant, k)
    if (dimension, commutant) == (2, 1) and image is not None:
        bound = max(bound or 0, dihedral_bound(k, image // 2) or 0)
    return IrrepWidth(dimension, commutant, k, name, sizes[name], sizes["paper"], bound, generic)


def group_width(prediction: GroupMargin, construction: str = "minimal") -> int:
    """Width of the network that `construct` makes: representations of mass 0 get no neurons."""
    parts = counted_blocks(prediction, construction)
    return sum(block.count * width.constructed for block, width in parts if block.mass.sign() > 0)


def counted_blocks(prediction: GroupMargin, construction: str = "minimal") -> list[tuple[Block[Ratio], IrrepWidth]]:
    """Every block with the width of each of its representations; blocks are cut where some need fewer than others."""
    k, task = prediction.task.k, prediction.task
    if all(block.irrep is not None for block in prediction.blocks):
        images = [image_order(task.group, block.irrep) for block in prediction.blocks if block.irrep]
        return [
            (block, _width(block, k, construction, image))
            for block, image in zip(prediction.blocks, images, strict=True)
        ]
    special = special_images(task.structure, k) | dihedral_images(task.structure, k) if task.structure else {}
    left = [order for order, count in special.items() for _ in range(count)]
    parts = []
    for block in prediction.blocks:
        taken = [left.pop() for _ in range(min(block.count, len(left)))] if block.dimension == 2 else []
        parts += [(replace(block, count=1), _width(block, k, construction, image)) for image in taken]
        if block.count > len(taken):
            parts.append((replace(block, count=block.count - len(taken)), _width(block, k, construction, OTHER)))
    return parts


def dihedral_orders(task: GroupComposition) -> set[int]:
    """Numbers of rotations in the images of the group's real representations of dimension 2.

    Raises ValueError as `maximum_margin`.
    """
    prediction = maximum_margin(task)
    if isinstance(prediction.task.structure, DihedralStructure):
        return {prediction.task.structure.n}
    real = [block.irrep for block in prediction.blocks if block.irrep and (block.dimension, block.commutant) == (2, 1)]
    return {image_order(prediction.task.group, irrep) // 2 for irrep in real}


def _width(block: Block[Ratio], k: int, construction: str, image: int | None) -> IrrepWidth:
    return irrep_width(block.dimension, block.commutant, k, construction, image)


def widths(task: GroupComposition, construction: str = "minimal", prediction: GroupMargin | None = None) -> Widths:
    """Neurons constructed and in the papers' construction; the proved minimum where every class of labels is tight.

    Raises ValueError for an unknown construction, and as `maximum_margin`.
    """
    margin = prediction or maximum_margin(task)
    parts = counted_blocks(margin, construction)
    neurons_each = tuple(width.constructed if block.mass.sign() > 0 else 0 for block, width in parts)
    blocks = tuple(block for block, _ in parts)
    if margin.task.addition is not None:  # addition mod n, with its own constructions and bounds
        counted = addition_widths(margin.task.addition, construction)
        if construction == "paper":
            neurons_each = tuple(2 ** (task.k * block.dimension - 1) for block in blocks)
        return replace(counted, neurons_each=neurons_each, blocks=blocks)
    constructed, paper = group_width(margin, construction), group_width(margin, "paper")
    bound = None
    if all(weight.each.sign() > 0 for weight in margin.class_weights):
        bounds = [(block.count, width.lower_bound) for block, width in parts if block.used == "always"]
        bound = sum(count * b for count, b in bounds if b is not None)
    minimal = bound if bound in (constructed, group_width(margin)) else None
    return Widths(constructed, paper, bound, minimal, neurons_each, blocks)
