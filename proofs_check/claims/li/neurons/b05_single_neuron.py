"""B5: the maximum of the single-neuron objective, and who attains it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sympy

from margin.addition.maximum import maximum_margin
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import kernel_says
from proofs_check.claims.shared.single_neuron import printed
from proofs_check.claims.shared.waves import gaps, is_integer, logits, nearest_integer
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def objective(n: int, k: int, z: int, phases: Sequence[int], order: int, beta: int = 1) -> Surd | None:
    """The objective of the unit neuron beta cos(theta_j + 2 pi z a/n), beta cos(theta_w + ...), by every input.

    Phases in units of a turn/order; beta is the sign of the common amplitude. None if it is no integer times its root.
    """
    gap = gaps(n, k, logits(n, k, order, [(z, phases, 1)])).sum(axis=0)
    value = nearest_integer(gap)
    if not is_integer(gap, value):
        return None
    squared = Fraction(2, (k + 1) * n)  # beta^2 of norm 1, n odd
    return Surd.half_power(squared, k + 1) * Fraction(beta ** (k + 1) * value, 2 ** (k + 1) * n**k * (n - 1))


def value_of_bound(numerator: int = 2) -> bool:
    """Whether k!/((n-1) n^k) 2 (n/(2(k+1)))^((k+1)/2), the bound of B6, is the printed maximum for all n and k."""
    n, k = sympy.symbols("n k", positive=True)
    bound = 2 * sympy.factorial(k) / ((n - 1) * n**k) * (n / (2 * (k + 1))) ** ((k + 1) / 2)
    claimed = numerator * sympy.factorial(k) / ((2 * k + 2) ** ((k + 1) / 2) * (n - 1) * n ** ((k - 1) / 2))
    ratio = sympy.expand_log(sympy.log(bound / claimed), force=True)
    return bool(sympy.simplify(ratio) == 0)


def superposition(k: int, frequencies: int) -> Surd:
    """Objective over the maximum of a neuron whose mass is spread equally over that many frequencies: by B4."""
    return Surd.half_power(frequencies, 1 - k)  # r frequencies of norm^2 1/r each: r (1/r)^((k+1)/2)


@claim(
    id="B5",
    claim="""the maximum of the single-neuron objective is 2 k!/((2k+2)^((k+1)/2) (p-1) p^((k-1)/2)), attained exactly
    by u_i(a) = beta cos(theta_i + 2 pi z a/p), w(c) = beta cos(theta_w + 2 pi z c/p), sum theta_i = theta_w, beta in
    R""",
    source="Li et al., Lemmas 4.2, D.4 and D.8",
    kind="theorem",
    requires=("B4", "B6"),
)
def check(effort: str) -> Finding:
    """Certificates of the value, cosines that attain it, both signs of beta, p = 2, superpositions."""
    most, most_k = (25, 6) if effort == "quick" else (75, 10)
    demand(value_of_bound(), "the bound is not the printed value")
    for n in range(3, most + 1, 2):
        for k in range(1, most_k + 1):
            task = ModularAddition(n, k)
            demand(kernel_says(task, printed(n, k)), f"n = {n}, k = {k}: the kernel rejects the printed value")
    cases = [(3, 2, 12), (5, 2, 20), (7, 2, 28), (9, 2, 36), (3, 3, 24), (5, 3, 40), (3, 4, 12)]
    for n, k, order in cases:
        for z in range(1, (n + 1) // 2):
            phases = [3 * j + z for j in range(k)]
            demand(objective(n, k, z, [*phases, sum(phases)], order) == printed(n, k), f"n = {n}, k = {k}, z = {z}")
            shifted = objective(n, k, z, [*phases, sum(phases) + order // 2], order)
            demand(shifted == -printed(n, k), f"n = {n}, k = {k}: phases that do not add up")
    negative = objective(3, 2, 1, (0, 0, 0), 12, beta=-1)
    demand(negative == -printed(3, 2) and objective(3, 3, 1, (0,) * 4, 24, beta=-1) == printed(3, 3), "beta = -|beta|")
    two = maximum_margin(ModularAddition(2, 2)).exact
    demand(kernel_says(ModularAddition(2, 2), two) and two == printed(2, 2) * Surd.sqrt(2), "p = 2")
    spread = [Fraction(x, 2) for x in (1, -1, 0, 0, 0)]  # norm 1 with itself as w; power at both frequencies of p = 5
    alone = sum(u * (w - (sum(spread) - w) / 4) for u, w in zip(spread, spread, strict=True)) / 5
    demand(alone == printed(5, 1) and superposition(2, 2) < 1, "superpositions")
    return Finding(
        "holds with a correction",
        f"""value: kernel with the uniform class weights for all odd 3 <= n <= {most}, k <= {most_k}, and equal to
        the bound identically in n and k (sympy); cosines attain it, evaluated on every input for (n, k) =
        {", ".join(f"({n}, {k})" for n, k, _ in cases)}, all z""",
        counterexample=f"""p = 3, k = 2, z = 1, all theta 0, beta < 0: the objective is {negative}, the least of norm 1.
        p = 2, k = 2 (prime): the maximum is {two}, not {printed(2, 2)}. k = 1: a neuron spread over two frequencies
        attains it too (p = 5)""",
        correction="""p odd (prime or not); beta = (2/((k+1)p))^(1/2) for norm 1, of either sign for odd k, positive for
        even k; angles mod 2 pi; the uniqueness for k >= 2""",
        scope="""all odd n: B4 and B6; equality in the power-mean inequality needs one frequency for k >= 2, in AM-GM
        equal norms, and |w^ prod u_i^| = its real part needs sum theta_i = theta_w mod 2 pi. beta enters as
        beta^(k+1)""",
        data={"n": most, "k": most_k},
    )
