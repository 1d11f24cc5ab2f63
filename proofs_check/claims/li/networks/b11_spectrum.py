"""B11: where the Fourier transform of a max-margin network is not 0."""

from __future__ import annotations

from margin.addition.maximum import maximum_margin
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import kernel_says
from proofs_check.claims.shared.waves import diagonal, logits, network, spectrum
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def every_label_ties(n: int, k: int) -> bool:
    """Whether the dual that the kernel accepts has a positive weight on every wrong label."""
    best = maximum_margin(ModularAddition(n, k))
    weights = [w.each for w in best.class_weights if w.count]
    return bool(weights) and min(weights) > 0 and kernel_says(ModularAddition(n, k), best.exact)


@claim(
    id="B11",
    claim="""the DFT of a max-margin network f at (j_1, ..., j_k, j_c), j_c != 0, is non-zero only at (j, ..., j, -j),
    and is non-zero there for every j""",
    source="Li et al., Lemmas F.1 and F.2",
    kind="theorem",
    requires=("B13",),
)
def check(effort: str) -> Finding:
    """The exact spectrum of both constructions; positive class weights, from which that of all others follows."""
    most, most_k = (40, 6) if effort == "quick" else (150, 10)
    cases = [(3, 2), (5, 2), (3, 3)] if effort == "quick" else [(3, 2), (5, 2), (7, 2), (9, 2), (3, 3), (5, 3), (3, 4)]
    for n, k in cases:
        for construction in ("minimal", "paper"):
            order, neurons = network(n, k, construction)
            support = spectrum(n, k, order, logits(n, k, order, neurons))
            demand(support == diagonal(n, k), f"n = {n}, k = {k}, {construction}: support {sorted(support)[:3]}")
    for n in range(2, most + 1):
        every((every_label_ties(n, k) for k in range(1, most_k + 1)), f"n = {n}: class weights")
    return Finding(
        "holds",
        f"""exact transform of both constructed networks for (n, k) = {", ".join(map(str, cases))}; for any max-margin
        network by complementary slackness: all class weights of the dual are positive (exact, kernel) for n <= {most},
        k <= {most_k}. Holds for every n >= 2, not only primes""",
        scope="""all n >= 2, k >= 1: weights uniform for odd n; for even n 1/c' and 2/c - 1/c' up to scale, c <= c', so
        positive. Hence f(x)[c] = A(x) + gamma* [c = y], whose transform at j_c != 0 is gamma* prod_i sum_a zeta^-(j_i +
        j_c)a = gamma* n^k if all j_i = -j_c, else 0""",
        data={"most": most, "k": most_k},
    )
