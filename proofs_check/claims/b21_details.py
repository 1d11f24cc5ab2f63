"""B21 to B23, claims beyond the list of the main ones: k = 1, the ten terms, the class-weighted margin."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb

from margin.addition.maximum import maximum_margin
from margin.networks.phases import is_zero_sum
from margin.tasks import ModularAddition
from proofs_check.claims.claim import Finding, demand
from proofs_check.claims.exact import kernel_says, primes
from proofs_check.claims.registry import claim


def helmert(n: int) -> list[list[int]]:
    """An orthogonal basis of the vectors of mean 0: (1, ..., 1, -i, 0, ..., 0)."""
    return [[1] * i + [-i] + [0] * (n - 1 - i) for i in range(1, n)]


def normalised_margin(n: int) -> Fraction:
    """Of the network for k = 1 with u_i = w_i = b_i/||b_i||, b_i the Helmert basis: every logit, exactly."""
    basis = helmert(n)
    logits = [[sum(Fraction(b[a] * b[c], sum(x * x for x in b)) for b in basis) for c in range(n)] for a in range(n)]
    margin = min(logits[a][a] - logits[a][c] for a in range(n) for c in range(n) if c != a)
    return Fraction(margin) / (2 * len(basis))  # nu = 2: every neuron has squared norm 2


def frequencies(vector: list[int]) -> list[int]:
    """The z in 1..n/2 where the transform of an integer vector is not 0, decided in the cyclotomic field."""
    n = len(vector)
    found = []
    for z in range(1, n // 2 + 1):
        counts = [0] * n
        for a, x in enumerate(vector):
            counts[-z * a % n] += x
        if not is_zero_sum(counts):
            found.append(z)
    return found


@claim(
    id="B21",
    claim="for every k, each neuron of a max-margin network has one frequency, and each frequency a neuron using it"
    " only",
    source="Li et al., Theorem 4.1, second and third item ('k inputs for some integer k')",
    kind="theorem",
    requires=("B5", "B12"),
)
def check_one_input(effort: str) -> Finding:
    ps = primes(31 if effort == "quick" else 53)[2:]
    for p in ps:
        task = ModularAddition(p, 1)
        demand(kernel_says(task, maximum_margin(task).exact), f"p = {p}: gamma*")
        demand(normalised_margin(p) == maximum_margin(task).exact, f"p = {p}: the Helmert network")
        demand(all(len(frequencies(b)) > 1 for b in helmert(p)), f"p = {p}: a neuron of one frequency")
    return Finding(
        "holds with a correction",
        f"k = 1, primes 5 <= p <= {ps[-1]}: a network whose p-1 neurons all have several frequencies reaches gamma*"
        " (kernel for gamma*; network and spectra exactly)",
        counterexample=f"p = 5, k = 1: u_i = w_i = the normalised vectors (1,-1,0,0,0), (1,1,-2,0,0), ...: normalised"
        f" margin {normalised_margin(5)} = gamma*, both frequencies in every neuron",
        correction="for k >= 2 (for k = 1 every frequency is used, by neurons that may mix them)",
        scope="k >= 2, all odd n: a max-margin network has only neurons that reach the bound of B5, each of one"
        " frequency; k = 1: the power-mean inequality has exponent 1 and never loses",
        data={"primes": ps},
    )


def terms(k: int) -> int:
    """Monomials of (u_1 + ... + u_k)^k, listed."""
    return sum(sum(m) == k for m in product(range(k + 1), repeat=k))


@claim(
    id="B22",
    claim="for k = 3 each neuron's (u_1 + u_2 + u_3)^3 w divides into ten terms",
    source="Li et al., proof of Lemma F.1",
    kind="statement",
)
def check_terms(effort: str) -> Finding:
    demand(terms(3) == 10, "not ten")
    demand(all(terms(k) == comb(2 * k - 1, k) for k in range(1, 7)), "the count for general k")
    return Finding(
        "holds",
        "monomials listed: ten, of which only 6 u_1 u_2 u_3 w survives; for general k there are C(2k-1, k)",
        scope="all k: multisets of size k of k things",
    )


def proxy_exceeds(gaps: tuple[int, ...], weights: tuple[Fraction, ...], strictly: bool = False) -> bool:
    """Whether the class-weighted margin is at least (more than) the margin; gaps f[y] - f[c] over wrong labels."""
    proxy = sum((t * g for t, g in zip(weights, gaps, strict=True)), Fraction(0))
    return proxy > min(gaps) if strictly else proxy >= min(gaps)


@claim(
    id="B23",
    claim="the class-weighted margin uses a weighted sum in place of the max, so it is at least the margin",
    source="Li et al., Definition 3.6",
    kind="statement",
)
def check_proxy(effort: str) -> Finding:
    parts = [tuple(Fraction(x, 4) for x in w) for w in product(range(5), repeat=3) if sum(w) == 4]
    pairs = [(gaps, w) for gaps in product(range(-2, 3), repeat=3) for w in parts]
    demand(all(proxy_exceeds(*pair) for pair in pairs), "a weighted mean below the least")
    for gaps, weights in pairs:
        tie = all(g == min(gaps) for g, t in zip(gaps, weights, strict=True) if t)
        demand(proxy_exceeds(gaps, weights, strictly=True) != tie, "equality without ties")
    return Finding(
        "holds",
        f"{len(pairs)} cases with three wrong labels, equality exactly where every label of positive weight has"
        f" the least gap",
        scope="everything: a weighted mean is at least the least of its terms",
        data={"cases": len(pairs)},
    )
