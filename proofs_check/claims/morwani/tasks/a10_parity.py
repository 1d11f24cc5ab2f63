"""A10: sparse parity with activation x^k: maximum margin, width, and the form of the neurons."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import factorial, prod

import sympy

from margin.numbers.square_roots import Surd
from margin.parity.certificate import parity_certificate
from margin.parity.construction import construct
from margin.parity.maximum import maximum_margin
from margin.tasks import SparseParity
from margin.theory import predict
from proofs_check.claims.shared.checkers import verified
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def printed(k: int, constant: int = 2) -> Surd:
    """k! sqrt(constant (k+1)^-(k+1))."""
    return factorial(k) * Surd.sqrt(constant) / Surd.half_power(k + 1, k + 1)


def confirmed(n: int, k: int, value: Surd, width: int) -> bool:
    """Whether the checker verifies that gamma* equals `value`, with the network of 2^(k-1) neurons and the dual."""
    task = SparseParity(n, k)
    prediction = replace(maximum_margin(task), exact=value)
    return construct(task).width == width and verified(parity_certificate(prediction))


def only_the_product_survives(n: int, k: int, factor: int | None = None) -> bool:
    """Whether E[y (u.x)^k] over all 2^n inputs is factor u_1...u_k (default k!), as polynomials in u, term by term."""
    u = sympy.symbols(f"u1:{n + 1}")
    terms = (prod(x[:k]) * sum(s * v for s, v in zip(x, u, strict=True)) ** k for x in product((1, -1), repeat=n))
    wanted = (factorial(k) if factor is None else factor) * prod(u[:k])
    return bool(sympy.expand(sum(terms) / 2**n - wanted) == 0)


def fewer_neurons_fail(k: int) -> bool:
    """Whether the characters prod_{j in T} e_j, T of even size, separate sign patterns modulo sign: full rank 2^(k-1).

    Their weighted sums must vanish in a max-margin network, but for T empty, so all patterns have equal mass.
    """
    patterns = [(1, *rest) for rest in product((1, -1), repeat=k - 1)]
    subsets = [t for t in product((0, 1), repeat=k) if sum(t) % 2 == 0]
    rows = [[prod(e for e, inside in zip(p, t, strict=True) if inside) for p in patterns] for t in subsets]
    products = [[sum(x * y for x, y in zip(a, b, strict=True)) for b in rows] for a in rows]
    size = 2 ** (k - 1)
    return len(patterns) == size and products == [[size * (i == j) for j in range(size)] for i in range(size)]


MORE, LARGE = (1, 7), 1000  # bits beside the k, and many


@claim(
    id="A10",
    claim="""(n, k) sparse parity, activation x^k: maximum L_{2,k+1} margin k! sqrt(2 (k+1)^-(k+1)), for width >=
    2^(k-1); neurons have support S, |u_j| = ||w||, w along (1,-1), (prod_S u_j) <w, (1,-1)> >= 0""",
    source="Morwani et al., sparse parity theorem",
    kind="theorem",
    requires=("A7",),
)
def check(effort: str) -> Finding:
    """Certificates at many n, k; the objective term by term; independence of the sign characters."""
    most, brute = (12, 4) if effort == "quick" else (16, 5)
    for k in range(1, most + 1):
        for n in (k, *(k + more for more in MORE), LARGE):
            demand(confirmed(n, k, printed(k), 2 ** (k - 1)), f"n = {n}, k = {k}: the checker rejects the value")
        demand(predict(SparseParity(k + min(MORE), k)).check.passed is True, f"k = {k}: exact check")
    for n in range(1, brute + 1):
        for k in range(1, n + 1):
            demand(only_the_product_survives(n, k), f"n = {n}, k = {k}: E[y (u.x)^k] has other terms")
    for k in range(1, 8):
        demand(fewer_neurons_fail(k), f"k = {k}: the sign characters are dependent")
    return Finding(
        "holds",
        f"""checker verified network and dual for k <= {most}, n = k, {", ".join(f"k+{more}" for more in MORE)},
        {LARGE}; E[y (u.x)^k] = k! u_1...u_k as polynomials for k <= n <= {brute}; 2^(k-1) is also the least width
        (characters independent, k <= 7)""",
        scope="""all n, k: only monomials with odd exponents exactly on S survive, of degree k that is x_1...x_k with
        coefficient k!; k! prod |u_j| sqrt(2) ||w|| is at most the value by AM-GM on k+1 squares of sum 1, with equality
        iff |u_j| = ||w|| on S, u = 0 off S, w along (1,-1) with the sign stated. Neurons of weight 0 are allowed""",
        data={"most_k": most},
    )
