"""C21: what the neurons of one frequency compute together."""

from __future__ import annotations

from margin.networks.phases import is_zero_sum
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


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
    source="modular addition at several scales, Section 5.4",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """Clusters with every pair of phases, and one neuron alone."""
    most = 13 if effort == "quick" else 31
    cases = [(n, a, b) for n in range(3, most + 1) for a in range(n) for b in range(n)]
    every((cluster_is_a_wave(n, 1, a, b) for n, a, b in cases), "all phases together")
    first = next(case for case in cases if not cluster_is_a_wave(case[0], 1, *case[1:], every_phase=False))
    demand(first == (3, 0, 1), f"first failure {first}")
    return Finding(
        "holds with a correction",
        f"""for clusters with every pair of phases s_A, s_B in Z_n: exactly, for any activation function, n <= {most}; A
        = sum over s, t of sigma(cos s + cos t) cos(s + t) alpha""",
        counterexample="""n = 3, f = 1, one neuron, s_A = s_B = 0, i = 0, j = 1: its output is greatest at k = 0 (if
        sigma(1/2) > 0), whatever i + j is""",
        correction="if the phases (s_A, s_B) are spread evenly, for example over all of Z_n x Z_n",
        scope="""all n, f and sigma: the sum over all phases depends on k - i - j alone (shift s_A by i, s_B by j), and
        is even in it; (alpha, beta) and (-alpha, -beta) leave cos x cos(alpha + beta)""",
        data={"most": most},
    )
