"""How many neurons a maximum-margin network of k-input addition mod n needs (docs/theory.md, 5.6 and 5.7).

Upper ends are constructions; the lower bound is proved here, or absent.
"""

from __future__ import annotations

from dataclasses import replace
from math import gcd

from margin.addition.cliques import clique_size
from margin.addition.construction import frequency_parts, rotation_phases, sign_phases
from margin.addition.maximum import AdditionMargin
from margin.addition.small_orders import small_frequencies
from margin.answers.record import Widths
from margin.minimal_width.shipped import shipped_bound
from margin.networks.phases import Exponent, unwanted_exponents
from margin.tasks import ModularAddition, count


def widths(task: ModularAddition, construction: str = "minimal", prediction: AdditionMargin | None = None) -> Widths:
    """Width of the chosen construction and of the paper's, the lower bound, and the minimum if it is known.

    Raises ValueError for an unknown construction. Without the prediction, whose masses widths do not depend on, the
    blocks are left out.
    """
    parts = frequency_parts(task, construction)
    predicted = {block.kind: block for block in prediction.blocks} if prediction else {}
    blocks = [replace(predicted[kind], frequencies=zs, count=count(zs)) for kind, zs, _ in parts if predicted]
    sizes = {name: _total(task, name) for name in ("minimal", "paper")}
    bound = lower_bound(task)
    least = bound if bound in sizes.values() else None
    neurons_each = tuple(phases.size for _, _, phases in parts)
    return Widths(sizes[construction], sizes["paper"], bound, least, neurons_each, tuple(blocks))


def _total(task: ModularAddition, construction: str) -> int:
    small = small_frequencies(task) if construction == "minimal" else {}
    rotations = (count(task.rotation_frequencies) - len(small)) * rotation_phases(task.k, construction).size
    signs = count(task.sign_frequencies) * sign_phases(task.k).size
    return rotations + signs + sum(phases.size for phases in small.values())


def lower_bound(task: ModularAddition) -> int | None:
    """A proved lower bound on the width of every maximum-margin network, or None.

    In such a network f(x)[y] - f(x)[c] = gamma* for all inputs x and all c != y (complementary slackness: every class
    weight is positive). So f(x)[c] = A(x) + gamma* [c = y].

    - k = 1: the n x n matrix f minus its row means is gamma* times a permutation matrix minus 1/n, of rank n - 1, and
      each neuron adds at most one to the rank: n - 1 neurons, which the constructions have.
    - k >= 2: each neuron has one frequency and is a pure cosine there (equality in the power-mean inequality), so the
      neurons of one frequency compute gamma* times its part of [c = y] alone. Frequency n/2: these are the even
      characters of {1,-1}^k, which separate the sign patterns modulo +-, so that the shares are uniform on all 2^(k-1)
      of them. A rotation frequency: `block_bound`. None if that is None for an order that n has.
    """
    n, k = task.n, task.k
    if k == 1:
        return n - 1
    total = sign_phases(k).size * count(task.sign_frequencies)
    for order, frequencies in rotation_orders(task).items():
        bound = block_bound(k, order)
        if bound is None:
            return None
        total += frequencies * bound
    return total


def rotation_orders(task: ModularAddition) -> dict[int, int]:
    """How many rotation frequencies n has of each order modulo which exponents coincide; 0 counts all other orders.

    >>> rotation_orders(ModularAddition(12, 2)), rotation_orders(ModularAddition(23, 5))
    ({4: 1, 0: 4}, {0: 11})
    """
    small = {N: _units(N) // 2 for N in range(3, 2 * task.k + 1) if task.n % N == 0 and coinciding_order(N, task.k)}
    rest = count(task.rotation_frequencies) - sum(small.values())
    return small | ({0: rest} if rest else {})


def _units(order: int) -> int:
    return sum(gcd(x, order) == 1 for x in range(order))


def block_bound(k: int, order: int) -> int | None:
    """A proved lower bound on the neurons at a rotation frequency of that order (0: every order that is not small).

    A non-negative trigonometric polynomial F bounds the number of points by its value over its mean, as far as the
    sums s^(h) vanish elsewhere (docs/theory.md, 5.6): the certificates that are shipped, and for large orders and other
    k the clique of `margin.addition.cliques.clique`. None where there is neither.
    """
    large = order if order and coinciding_order(order, k) else 0
    bound = shipped_bound(k, large)
    if bound is None and not large and k >= 2:
        return clique_size(k)
    return bound


def coinciding_order(order: int, k: int) -> bool:
    """Whether two exponents of the expansion coincide modulo the order of a rotation frequency (order >= 3)."""
    return order <= (2 * k if order % 2 == 0 else k)


def is_clique(vectors: tuple[Exponent, ...], k: int) -> bool:
    """Whether all differences of distinct vectors lie in B_k or -B_k."""
    unwanted = unwanted_exponents(k)

    def allowed(h: Exponent) -> bool:
        return h in unwanted or tuple(-x for x in h) in unwanted

    pairs = [(g, h) for i, g in enumerate(vectors) for h in vectors[:i]]
    return all(allowed(tuple(x - y for x, y in zip(g, h, strict=True))) for g, h in pairs)
