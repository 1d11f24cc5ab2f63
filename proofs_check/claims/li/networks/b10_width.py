"""B10: the published width suffices and is not necessary; proved lower bounds say how few neurons do."""

from __future__ import annotations

from margin.addition.width import widths
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import suffices
from proofs_check.claims.shared.widths import certified_least
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


@claim(
    id="B10",
    claim="""the max-margin solution 'will consist of' 2^(2k-1) (p-1)/2 neurons, the number 'necessary' for it; with m
    at least that the theorem holds, and 'the lower bound of m may not be the tightest'""",
    source="Li et al., introduction, Theorem 4.1 and its discussion, Lemma 4.3",
    kind="theorem",
    requires=("B5", "B7", "B13"),
)
def check(effort: str) -> Finding:
    """The printed width and a smaller one, verified by the kernel; k = 2 is decided; certificates to k = 5."""
    most, most_k = (31, 8) if effort == "quick" else (101, 12)
    odd = range(3, most + 1, 2)
    for k in range(1, most_k + 1):
        smaller = (k + 1) * 2 ** (k - 1)
        every((suffices(n, k, 2 ** (2 * k - 1)) for n in odd), f"k = {k}: the printed width")
        every((suffices(n, k, smaller) for n in odd), f"k = {k}: {smaller} per frequency")
        demand((smaller < 2 ** (2 * k - 1)) == (k >= 2), f"k = {k}: the printed width is the smaller one")
    for n in odd:
        counts = widths(ModularAddition(n, 2))
        demand(counts.minimal == counts.constructed == 3 * (n - 1), f"n = {n}, k = 2 is not decided")
    bounds = {k: certified_least(k) for k in (2, 3, 4, 5)}
    every((bound == (k + 1) * 2 ** (k - 1) for k, bound in bounds.items()), f"certificates prove {bounds}")
    return Finding(
        "holds with a correction",
        f"""enough, not necessary, and no max-margin solution need consist of so many: printed width and (k+1) 2^(k-1)
        (p-1)/2 both verified by the kernel for odd n <= {most}, k <= {most_k}. The tightest: k = 1 the printed p-1; k
        = 2 exactly 3(p-1) (printed 4(p-1)); k = 3, 4, 5 exactly {bounds[3]}, {bounds[4]}, {bounds[5]} per frequency for
        p > k (printed 32, 128, 512), by certificates of widths that the kernel verifies""",
        counterexample=f"""p = 3, k = 2: {3 * (3 - 1)} neurons reach gamma*, not {2**3 * (3 - 1) // 2} (kernel)""",
        correction="""2^(2k-1) (p-1)/2 neurons suffice; (k+1) 2^(k-1) (p-1)/2 do too, and for k = 2, 3, 4, 5 and p > k
        these are the least""",
        scope="""sufficiency for all odd n and all k, primes or not; more neurons never hurt (zeros). Lower bounds:
        sums of squares of integer trigonometric polynomials, for orders modulo which no two exponents coincide (odd
        order above k); from k = 6 on nothing is claimed here""",
        data={"bounds": {str(k): v for k, v in bounds.items()}},
    )
