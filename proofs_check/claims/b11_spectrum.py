"""B11 and B12: the Fourier transform of a max-margin network, and that it uses every frequency."""

from __future__ import annotations

from itertools import product

import numpy as np

from margin.addition.construction import rotation_phases
from margin.addition.maximum import maximum_margin
from margin.networks.phases import is_zero_sum
from margin.tasks import ModularAddition
from proofs_check.claims.a05_frequencies import not_always_used
from proofs_check.claims.claim import Finding, demand
from proofs_check.claims.exact import kernel_says
from proofs_check.claims.registry import claim
from proofs_check.claims.waves import Integers, Neuron, logits


def network(n: int, k: int, construction: str, left_out: int = 0) -> tuple[int, list[Neuron]]:
    """Order of the phases and the neurons of the construction at all frequencies 0 < z < n/2 but `left_out`."""
    phases = rotation_phases(k, construction)
    order = int(np.lcm(n, phases.denominator))
    unit = order // phases.denominator
    points = [[unit * p for p in (*alpha, omega)] for alpha, omega in phases.points()]
    return order, [(z, point, 1) for z in range(1, (n + 1) // 2) if z != left_out for point in points]


def spectrum(n: int, k: int, order: int, values: Integers) -> set[tuple[int, ...]]:
    """(j_1, ..., j_k, j_c), j_c != 0, where sum f(a)[c] zeta^-(j.a + j_c c) is not 0, decided exactly."""
    places = np.array(list(product(range(n), repeat=k + 1)))
    flat = values.reshape(-1, order)
    support = set()
    for j in product(range(n), repeat=k + 1):
        if j[-1]:
            shift = -(places @ np.array(j)) * (order // n)
            columns = (np.arange(order)[None, :] + shift[:, None]) % order
            total = np.bincount(columns.ravel(), weights=flat.ravel(), minlength=order)
            if not is_zero_sum([int(x) for x in total]):
                support.add(j)
    return support


def diagonal(n: int, k: int, sign: int = -1) -> set[tuple[int, ...]]:
    """(j, ..., j, -j) for all j != 0; with sign = 1 (j, ..., j, j)."""
    return {(*[j] * k, sign * j % n) for j in range(1, n)}


def every_label_ties(n: int, k: int) -> bool:
    """Whether the dual that the kernel accepts has a positive weight on every wrong label."""
    best = maximum_margin(ModularAddition(n, k))
    positive = all(w.each > 0 for w in best.class_weights if w.count)
    return positive and kernel_says(ModularAddition(n, k), best.exact)


@claim(
    id="B11",
    claim="the DFT of a max-margin network f at (j_1, ..., j_k, j_c), j_c != 0, is non-zero only at (j, ..., j, -j),"
    " and is non-zero there for every j",
    source="Li et al., Lemmas F.1 and F.2",
    kind="theorem",
    requires=("B13",),
)
def check(effort: str) -> Finding:
    most, most_k = (40, 6) if effort == "quick" else (150, 10)
    cases = [(3, 2), (5, 2), (3, 3)] if effort == "quick" else [(3, 2), (5, 2), (7, 2), (9, 2), (3, 3), (5, 3), (3, 4)]
    for n, k in cases:
        for construction in ("minimal", "paper"):
            order, neurons = network(n, k, construction)
            found = spectrum(n, k, order, logits(n, k, order, neurons))
            demand(found == diagonal(n, k), f"n = {n}, k = {k}, {construction}: support {sorted(found)[:3]}")
    for n in range(2, most + 1):
        demand(all(every_label_ties(n, k) for k in range(1, most_k + 1)), f"n = {n}: class weights")
    return Finding(
        "holds",
        f"exact transform of both constructed networks for (n, k) = {', '.join(map(str, cases))}; for any max-margin"
        f" network by complementary slackness: all class weights of the dual are positive (exact, kernel) for n <="
        f" {most}, k <= {most_k}. Holds for every n >= 2, not only primes",
        scope="all n >= 2, k >= 1: weights uniform for odd n; for even n 1/c' and 2/c - 1/c' up to scale, c <= c', so"
        " positive. Hence f(x)[c] = A(x) + gamma* [c = y], whose transform at j_c != 0 is gamma* prod_i sum_a"
        " zeta^-(j_i + j_c)a = gamma* n^k if all j_i = -j_c, else 0",
        data={"most": most, "k": most_k},
    )


@claim(
    id="B12",
    claim="every frequency is used by some neuron of a max-margin network, for every k",
    source="Li et al., Theorems 4.1 and G.2, third item",
    kind="theorem",
    requires=("B11",),
)
def check_used(effort: str) -> Finding:
    most, most_k = (16, 5) if effort == "quick" else (60, 8)
    for n in range(2, most + 1):
        for k in range(1, most_k + 1):
            demand(not not_always_used(f"C{n}", k), f"n = {n}, k = {k}: some optimum leaves a frequency out")
    order, neurons = network(5, 2, "minimal", left_out=2)
    rest = spectrum(5, 2, order, logits(5, 2, order, neurons))
    demand(rest == diagonal(5, 2) - {(2, 2, 3), (3, 3, 2)}, "a network without frequency 2")
    return Finding(
        "holds",
        f"in every optimum of the linear program every frequency has mass, decided exactly for n <= {most}, k <="
        f" {most_k}; a network without frequency 2 (n = 5) lacks exactly (2, 2, -2) and its negative",
        scope="all n >= 2, k >= 1, primes or not: a neuron whose w has no frequency z adds nothing at j_c = +-z, where"
        " by B11 the transform is not 0. 'By a neuron of this frequency only' needs k >= 2: see B21",
        data={"most": most, "k": most_k},
    )
