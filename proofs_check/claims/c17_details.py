"""C17 to C21, claims beyond the list of the main ones: a congruence, definitions, a ratio, the model of a cluster."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from margin.networks.phases import is_zero_sum
from proofs_check.claims.claim import Finding, demand
from proofs_check.claims.registry import claim

SOURCE = "modular addition at several scales,"


def half_is(n: int, f: int, other: int) -> bool:
    """Whether the frequency `other` is f/2 or -f/2 modulo n."""
    return (2 * other - f) % n == 0 or (2 * other + f) % n == 0


@claim(
    id="C17",
    claim="2 * 43 = -7 mod 91, so that the frequency f/2 of f = 7 is 43",
    source=f"{SOURCE} caption of Figure 4b",
    kind="identity",
)
def check_congruence(effort: str) -> Finding:
    right = [f for f in range(1, 46) if half_is(91, 7, f)]
    demand(not half_is(91, 7, 43) and right == [42], f"frequencies {right}")
    return Finding(
        "fails",
        f"2 * 43 = 86 = {86 - 91} mod 91; of the frequencies 1..45 only {right[0]} is f/2 up to sign",
        counterexample="n = 91: 86 + 7 = 93 is no multiple of 91",
        correction="2 * 42 = 84 = -7 mod 91: the frequency is 42; whether the histogram shows it is not decided here",
        scope="integers",
    )


def approximate_coset(n: int, points: frozenset[int], d: int) -> bool:
    """Whether, for some b, every point is c d + b modulo n for some c."""
    return any(points <= {(c * d + b) % n for c in range(n)} for b in range(n))


def is_coset(n: int, points: frozenset[int]) -> bool:
    """Whether the points are a coset of a subgroup of Z_n."""
    size = len(points)
    first = min(points)
    return n % size == 0 and points == {(first + i * (n // size)) % n for i in range(size)}


def subsets(n: int) -> list[frozenset[int]]:
    return [frozenset(c) for size in range(1, n + 1) for c in combinations(range(n), size)]


@claim(
    id="C18",
    claim="K in C_n is an approximate coset if for some d, b every a in K is c d + b; if d e = n and K has e"
    " elements, it is a coset",
    source=f"{SOURCE} Section 3",
    kind="statement",
)
def check_definition(effort: str) -> Finding:
    most = 10 if effort == "quick" else 14
    for n in range(2, most + 1):
        every = subsets(n)
        demand(all(approximate_coset(n, points, 1) for points in every), f"n = {n}: d = 1")
        for d in (d for d in range(1, n + 1) if n % d == 0):
            fitting = [p for p in every if len(p) == n // d and approximate_coset(n, p, d)]
            demand(all(is_coset(n, p) for p in fitting), f"n = {n}, d = {d}: no coset")
    demand(not is_coset(4, frozenset({0, 1})), "{0, 1} is a coset in C_4")
    return Finding(
        "holds with a correction",
        f"all subsets, n <= {most}: the second sentence holds; but by the first every subset is an approximate coset",
        counterexample="n = 4, K = {0, 1}, d = 1, b = 0: approximate coset by the definition, as is any set",
        correction="c must be bounded: c in a short interval, as in Section 5.2 (steps of size d), for the word to say"
        " something",
        scope="all n: with d = 1 (or any unit) c d + b runs over everything; with d e = n it takes exactly e values, a"
        " coset",
        data={"most": most},
    )


def share(fine: int, total: int) -> Fraction:
    """Of all clusters."""
    return Fraction(fine, total)


def odds(fine: int, total: int) -> Fraction:
    """Over the others."""
    return Fraction(fine, total - fine)


@claim(
    id="C19",
    claim="with 94600 fine-tuning clusters of 494500 'the empirical probability of observing a cluster of fine-tuning"
    " neurons' is at most 0.23656",
    source=f"{SOURCE} appendix B.3.1",
    kind="identity",
)
def check_ratio(effort: str) -> Finding:
    per_frequency, all_clusters, frequencies = 2200, 11500, 43
    fine, total = frequencies * per_frequency, frequencies * all_clusters
    demand(
        (fine, total) == (94600, 494500) and abs(odds(fine, total) - Fraction(23656, 10**5)) < Fraction(1, 10**5),
        f"{fine} of {total}: {odds(fine, total)}",
    )
    probability = share(fine, total)
    demand(probability < odds(fine, total), "share")
    return Finding(
        "holds with a correction",
        "arithmetic right, but 94600/(494500 - 94600) is the ratio to the other clusters. n = 91 has 45 frequencies,"
        " not 43, which cancels",
        counterexample=f"94600 of 494500 is {float(probability):.4f}",
        correction=f"at most {float(probability):.4f} of the clusters, by the same counts;"
        f" {float(odds(fine, total)):.4f} of the others",
        scope="the counts are the paper's, read off its histograms; not measured here",
    )


def characters(n: int, only_divisors: bool) -> int:
    """How many different k -> exp(2 pi i m k/n) there are, m over the divisors of n or over everything."""
    chosen = [m for m in range(1, n + 1) if not only_divisors or n % m == 0]
    return len({m % n for m in chosen})


@claim(
    id="C20",
    claim="C_n has complex representations k -> exp(2 pi i m k/n) for any divisor m of n",
    source=f"{SOURCE} Section 3",
    kind="statement",
)
def check_characters(effort: str) -> Finding:
    most = 100 if effort == "quick" else 1000
    complete = [n for n in range(2, most + 1) if characters(n, True) == n]
    demand(complete == [2] and all(characters(n, False) == n for n in range(2, most + 1)), f"complete for {complete}")
    return Finding(
        "holds with a correction",
        f"divisors give all n irreducible representations only for n = 2 (n <= {most}); for prime n two of them",
        counterexample="n = 3: m = 1 and 3 are divisors; m = 2 is a representation too",
        correction="for every integer m, different ones for m = 0, ..., n-1",
        scope="all n > 2: n - 1 does not divide n",
        data={"most": most},
    )


def cluster_is_a_wave(n: int, f: int, a: int, b: int, every_phase: bool = True) -> bool:
    """Whether the neurons with f(i - s_A) = +-a, f(j - s_B) = +-b mod n add up to a multiple of cos(2 pi f(k-i-j)/n).

    These neurons have the same activation sigma(cos a + cos b), whatever sigma is. With x = f(k - i - j) their output
    is the sum over alpha = +-a, beta = +-b of cos(x + alpha + beta), claimed to be cos x sum of cos(alpha + beta). With
    `every_phase` False, only alpha = a, beta = b is there.
    """
    signs = (1, -1) if every_phase else (1,)
    shifts = [s * a + t * b for s in signs for t in signs]
    for x in range(0, n, f):
        counts = [0] * n  # of zeta^e: 4 times the difference
        for shift in shifts:
            for e in (x + shift, -x - shift):
                counts[e % n] += 2
            for e in (x + shift, -x - shift, x - shift, shift - x):
                counts[e % n] -= 1
        if not is_zero_sum(counts):
            return False
    return True


@claim(
    id="C21",
    claim="the neurons of one frequency together activate output k on inputs i, j as A cos(2 pi f(k - i - j)/n)",
    source=f"{SOURCE} Section 5.4",
    kind="theorem",
)
def check_cluster(effort: str) -> Finding:
    most = 13 if effort == "quick" else 31
    cases = [(n, a, b) for n in range(3, most + 1) for a in range(n) for b in range(n)]
    demand(all(cluster_is_a_wave(n, 1, a, b) for n, a, b in cases), "all phases together")
    first = next(case for case in cases if not cluster_is_a_wave(case[0], 1, *case[1:], every_phase=False))
    demand(first == (3, 0, 1), f"first failure {first}")
    return Finding(
        "holds with a correction",
        f"for clusters with every pair of phases s_A, s_B in Z_n: exactly, for any activation function, n <= {most};"
        " A = sum over s, t of sigma(cos s + cos t) cos(s + t) alpha",
        counterexample="n = 3, f = 1, one neuron, s_A = s_B = 0, i = 0, j = 1: its output is greatest at k = 0 (if"
        " sigma(1/2) > 0), whatever i + j is",
        correction="if the phases (s_A, s_B) are spread evenly, for example over all of Z_n x Z_n",
        scope="all n, f and sigma: the sum over all phases depends on k - i - j alone (shift s_A by i, s_B by j), and"
        " is even in it; (alpha, beta) and (-alpha, -beta) leave cos x cos(alpha + beta)",
        data={"most": most},
    )
