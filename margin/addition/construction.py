"""Networks that reach the maximum margin (docs/theory.md, 5.3 to 5.5), for every n >= 2 and every k >= 1."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from margin.addition.maximum import AdditionMargin, maximum_margin
from margin.addition.small_orders import small_frequencies, split
from margin.answers.record import Block as PredictedBlock
from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.networks.phases import PhaseGroup, PhaseSet
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition, count

CONSTRUCTIONS = ("minimal", "paper")


def rotation_phases(k: int, construction: str) -> PhaseGroup:
    """Phase set of a rotation frequency.

    - minimal: (k+1) 2^(k-1) neurons, u_j = e_j cos(x_j + theta), w = (prod e_j) cos(t + k theta), theta the
      multiples of pi/(k+1), e in {1,-1}^k with e_1 = 1. They do for every order; `small_orders` has fewer for some.
    - paper: 2^(2k-1) neurons, every term of the expansion of cos(x_1 + ... + x_k - t) into products of
      cosines and sines, each product made by 2^(k-1) neurons (Morwani et al., Lemma 5; Li et al., Lemma E.2):
      phases all multiples of a quarter turn.
    """
    if construction == "minimal":
        return PhaseGroup(k, Fraction(1, 2 * (k + 1)), joint=True)
    if construction == "paper":
        return PhaseGroup(k, Fraction(1, 4), joint=False)
    raise ValueError(f"construct: construction {construction!r}, expected one of {', '.join(CONSTRUCTIONS)}")


def sign_phases(k: int) -> PhaseGroup:
    """Phase set of the frequency n/2: the 2^(k-1) sign patterns; no smaller set will do (`margin.addition.width`)."""
    return PhaseGroup(k, Fraction(1, 2), joint=True)


def construct(
    task: ModularAddition, construction: str = "minimal", prediction: AdditionMargin | None = None
) -> CosineNetwork:
    """A network of norm 1 that reaches the maximum margin of the task, in exact form.

    Nothing is enumerated: cost and size do not depend on n. Raises ValueError for an unknown construction.

    >>> from margin import ModularAddition, maximum_margin
    >>> task = ModularAddition(12, 2)
    >>> construct(task).normalised_margin() == maximum_margin(task).exact
    True
    >>> construct(task).width, construct(task, "paper").width
    (32, 42)
    """
    predicted = (prediction or maximum_margin(task)).blocks
    return CosineNetwork(
        task,
        tuple(
            Block(block.frequencies, block.mass, phases)
            for block, phases in zip(*network_blocks(task, predicted, construction), strict=True)
        ),
    )


def network_blocks(
    task: ModularAddition, blocks: tuple[PredictedBlock[Surd], ...], construction: str
) -> tuple[tuple[PredictedBlock[Surd], ...], tuple[PhaseSet, ...]]:
    """A prediction's blocks, cut where a frequency of small order needs fewer neurons, and the phase set of each.

    The paper's construction has no such phase sets. Raises ValueError for an unknown construction.
    """
    rotation = rotation_phases(task.k, construction)
    small = small_frequencies(task) if construction == "minimal" else {}
    parts, phases = list[PredictedBlock[Surd]](), list[PhaseSet]()
    for block in blocks:
        if block.kind == "sign":
            parts.append(block)
            phases.append(sign_phases(task.k))
            continue
        for zs in split(block.frequencies, small):
            parts.append(replace(block, frequencies=zs, count=count(zs)))
            phases.append(small.get(zs.start, rotation))
    return tuple(parts), tuple(phases)
