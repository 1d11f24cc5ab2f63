"""Networks that reach the maximum margin (docs/theory.md, 5.3 to 5.5), for every n >= 2 and every k >= 1."""

from __future__ import annotations

from fractions import Fraction

from margin.addition.maximum import AdditionMargin, maximum_margin
from margin.addition.small_orders import small_frequencies, split
from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.networks.phases import PhaseGroup, PhaseSet
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
    (30, 42)
    """
    return _network(task, prediction, frequency_parts(task, construction))


def construct_uniform(
    task: ModularAddition, construction: str = "minimal", prediction: AdditionMargin | None = None
) -> CosineNetwork:
    """As `construct`, with one phase set at all rotation frequencies: the one for every order, as certificates have it.

    >>> construct_uniform(ModularAddition(12, 2)).width
    32
    """
    return _network(task, prediction, frequency_parts(task, construction, small_orders=False))


def _network(
    task: ModularAddition, prediction: AdditionMargin | None, parts: list[tuple[str, range, PhaseSet]]
) -> CosineNetwork:
    masses = {block.kind: block.mass for block in (prediction or maximum_margin(task)).blocks}
    return CosineNetwork(task, tuple(Block(zs, masses[kind], phases) for kind, zs, phases in parts))


def frequency_parts(
    task: ModularAddition, construction: str, small_orders: bool = True
) -> list[tuple[str, range, PhaseSet]]:
    """Ranges of frequencies with their kind ("rotation" or "sign") and phase set.

    One range of rotations; the minimal construction cuts it where a frequency of small order needs fewer neurons.
    Raises ValueError for an unknown construction.
    """
    rotation = rotation_phases(task.k, construction)
    small = small_frequencies(task) if construction == "minimal" and small_orders else {}
    parts: list[tuple[str, range, PhaseSet]] = []
    if count(task.rotation_frequencies):
        for zs in split(task.rotation_frequencies, small):
            parts.append(("rotation", zs, small.get(zs.start, rotation)))
    if count(task.sign_frequencies):
        parts.append(("sign", task.sign_frequencies, sign_phases(task.k)))
    return parts
