"""C28 and C29: what the relabelling x -> u x says of the frequencies that networks learn."""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

Integers = NDArray[np.int64]
LARGEST = 3  # of the random weights
NEURONS = 2


def loss(U: Integers, V: Integers, W: Integers) -> int:
    """Sum of squared errors of the network sum_i (U[i, a] + V[i, b])^2 W[i, c] against the labels a + b, all inputs."""
    n = U.shape[1]
    logits = np.einsum("iab,ic->abc", (U[:, :, None] + V[:, None, :]) ** 2, W)
    residues = np.arange(n)
    wanted = (residues[:, None, None] + residues[None, :, None] - residues) % n == 0
    return int(((logits - wanted) ** 2).sum())


def keeps_loss(n: int, u: int, of_labels: bool = True) -> bool:
    """Whether weights read at u x (those of labels too, or not) have the loss of the weights; random integers."""
    U, V, W = np.random.default_rng([n, u]).integers(-LARGEST, LARGEST, (3, NEURONS, n), endpoint=True)
    places = u * np.arange(n) % n
    return loss(U, V, W) == loss(U[:, places], V[:, places], W[:, places] if of_labels else W)


def moved(n: int, f: int, u: int) -> int:
    """The frequency in 1..n/2 of x -> h(u x) if h has frequency f, up to sign."""
    return min(u * f % n, -u * f % n)


def orbit(n: int, f: int) -> set[int]:
    """Frequencies to which units of Z_n move f."""
    return {moved(n, f, u) for u in range(n) if gcd(u, n) == 1}


def spectrum_is_moved(n: int, u: int) -> bool:
    """Whether the transform of x -> h(u x) at u f is that of h at f: the same terms in another order, for every h."""
    here = {f: {(x, f * x % n) for x in range(n)} for f in range(n)}  # h(x) zeta^(-f x)
    there = {f: {(u * x % n, u * f * x % n) for x in range(n)} for f in range(n)}  # h(u x) zeta^(-u f x)
    return here == there


@claim(
    id="C28",
    claim="""learned frequencies coprime to n are uniform because x -> f x (mod n), f coprime to n, does not change the
    group structure, so that the network cannot tell the difference""",
    source="modular addition at several scales, Section 4.1",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Loss, spectra and orbits of frequencies under every u; n = 89 and 91."""
    most = 13 if effort == "quick" else 25
    for n in range(3, most + 1):
        for u in range(n):
            unit = gcd(u, n) == 1
            demand(keeps_loss(n, u) == unit, f"n = {n}, u = {u}: the loss")
            demand(spectrum_is_moved(n, u) == unit, f"n = {n}, u = {u}: the spectrum")
            demand(u == 1 or not keeps_loss(n, u, of_labels=False), f"n = {n}, u = {u}: labels left as they are")
    for n in (*range(3, 61), 89, 91):
        for f in range(1, n // 2 + 1):
            same = {e for e in range(1, n // 2 + 1) if gcd(e, n) == gcd(f, n)}
            demand(orbit(n, f) == same, f"n = {n}, f = {f}: orbit {sorted(orbit(n, f))}")
    sizes = {n: sorted({tuple(sorted(orbit(n, f))) for f in range(1, n)}, key=len) for n in (89, 91)}
    counts = {n: [len(o) for o in orbits] for n, orbits in sizes.items()}
    demand(counts == {89: [44], 91: [3, 6, 36]}, f"orbits {counts}")
    return Finding(
        "holds",
        f"""n <= {most}, every u, {NEURONS} neurons with integer weights up to {LARGEST} in size: reading the
        weights at u x keeps the loss exactly if u is a unit, and moves frequency f to f/u. Units join frequencies
        of the same gcd(f, n), n <= 60: all 44 for n = 89; 36, 6 and 3 for n = 91. So a histogram that is level over
        all 45 for n = 91 (caption of Figure 4a) says more than this""",
        scope="""all n, any data drawn and weights begun independently of names, and any optimiser that treats
        coordinates alike (Adam, gradient descent): relabelling permutes weights, inputs and labels. Exact in
        distribution""",
        data={"orbits": {str(n): count for n, count in counts.items()}},
    )


@claim(
    id="C29",
    claim="""of the frequencies of fine-tuning neurons 22 and 44 are least likely for n = 91, with 13, 26, 39 (prime
    factors) less likely, and 23 and 43 are least likely for n = 89""",
    source="modular addition at several scales, caption of Figure 25",
    kind="statement",
    requires=("C28",),
)
def check_least_likely(effort: str) -> Finding:
    """Which frequencies must be as likely as each other, by the units that move one to the other."""
    named = {91: (22, 44), 89: (23, 43)}
    equals = {(n, f): orbit(n, f) - set(pair) for n, pair in named.items() for f in pair}
    every((len(orbit(n, f)) == {91: 36, 89: 44}[n] for n, f in equals), "orbits of the least likely")
    every((bool(others) for others in equals.values()), "no others of the same likelihood")
    demand(orbit(91, 13) == {13, 26, 39} and orbit(91, 7) == set(range(7, 43, 7)), "multiples of 13 and 7")
    demand([f for f in sorted(orbit(91, 13)) if 91 % f == 0] == [13], "prime factors")
    twice = [(moved(n, f, 2), moved(n, f, 4)) for n, (f, _) in named.items()]
    demand(twice == [(44, 3), (43, 3)] and [pair[1] for pair in named.values()] == [44, 43], f"doubled: {twice}")
    return Finding(
        "fails",
        """22 and 44 have the same likelihood as all other 34 frequencies coprime to 91, and 23 and 43 as all other 42
        for n = 89, since units move them into each other: a least bar among them is chance (u = 2 moves 22 to 44 and
        23 to 43). 13, 26, 39 may differ from the others, and not from each other; 13 alone of them is a prime
        factor""",
        counterexample="n = 91, u = 2: moves 22 to 44 and 44 to 3 (88 = -3), so all three are as likely",
        correction="""only the classes of gcd(f, n) can differ: {13, 26, 39}, the multiples of 7 and the other 36 for n
        = 91; nothing for n = 89""",
        scope="as C28: exact in distribution for the training described. The histograms themselves were not made here",
    )
