"""B4: the single-neuron objective under uniform class weights in the Fourier basis, and its norm constraint."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
from math import factorial, prod

from margin.networks.phases import is_zero_sum
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

Monomial = tuple[tuple[tuple[int, int, int], ...], int]  # factors (j, a, power) of u_j(a), and the label c of w
Polynomial = dict[Monomial, Fraction]


def expected_gap(n: int, k: int) -> Polynomial:
    """E over uniform inputs of (sum_j u_j(a_j))^k (w(y) - mean of w over the other labels): every term added up."""
    powers = [m for m in product(range(k + 1), repeat=k) if sum(m) == k]
    total: Counter[Monomial] = Counter()
    for a in product(range(n), repeat=k):
        for m in powers:
            factors = tuple((j, a[j], m[j]) for j in range(k) if m[j])
            coefficient = factorial(k) // prod(map(factorial, m))
            for c in range(n):
                total[factors, c] += coefficient * (n - 1 if c == sum(a) % n else -1)
    scale = n**k * (n - 1)
    return {key: Fraction(value, scale) for key, value in total.items() if value}


def character_sum(n: int, d: int) -> int | None:
    """sum over j = 1..n-1 of zeta^(j d), zeta of order n, if it is n - 1 or -1; decided in the cyclotomic field."""
    for value in (n - 1, -1):
        counts = [0] * n
        for j in range(1, n):
            counts[j * d % n] += 1
        counts[0] -= value
        if is_zero_sum(counts):
            return value
    return None


def printed_form(n: int, k: int, factor: Fraction, sign: int = -1) -> Polynomial:
    """factor * sum over j != 0 of w^(-j) u_1^(j)...u_k^(j), expanded; u^(j) = sum_a u(a) zeta^(-j a).

    With sign = 1 it is w^(j) instead, the other convention.
    """
    terms: Polynomial = {}
    for a in product(range(n), repeat=k):
        for c in range(n):
            value = character_sum(n, (-sign * c - sum(a)) % n)
            if value:
                terms[tuple((j, x, 1) for j, x in enumerate(a)), c] = factor * value
    return terms


def claimed_factor(n: int, k: int, power: int | None = None) -> Fraction:
    """k!/((n-1) n^power), power = k as printed."""
    return Fraction(factorial(k), (n - 1) * n ** (k if power is None else power))


def plancherel(n: int, constant: int | None = None) -> bool:
    """Whether sum_j |u^(j)|^2 = constant * sum_a u(a)^2 (n as printed), by the coefficients of u(a) u(b)."""
    constant = n if constant is None else constant
    for d in range(n):
        counts = [0] * n
        for j in range(n):
            counts[j * d % n] += 1
        counts[0] -= constant if d == 0 else 0
        if not is_zero_sum(counts):
            return False
    return True


@claim(
    id="B4",
    claim="""under uniform class weights the single-neuron objective is k!/((p-1) p^k) sum over j != 0 of w^(-j) prod_i
    u_i^(j), subject to sum_i ||u_i^||^2 + ||w^||^2 <= p""",
    source="Li et al., Lemmas D.3 and D.7",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """Both sides as polynomials in all weights; Plancherel's constant."""
    sizes = {1: 9, 2: 7, 3: 5, 4: 3} if effort == "quick" else {1: 15, 2: 11, 3: 8, 4: 5, 5: 3}
    for k, most in sizes.items():
        for n in range(2, most + 1):
            demand(expected_gap(n, k) == printed_form(n, k, claimed_factor(n, k)), f"n = {n}, k = {k}: the objective")
    largest = 60 if effort == "quick" else 200
    every((plancherel(n) for n in range(2, largest + 1)), "Plancherel")
    every((not plancherel(n, 1) for n in range(2, largest + 1)), "Plancherel with the constant 1")
    ranges = ", ".join(f"n <= {most} for k = {k}" for k, most in sizes.items())
    return Finding(
        "holds",
        f"""equal as polynomials in all weights, every coefficient by adding up all inputs and labels: {ranges}; primes
        or not. Plancherel's constant p for n <= {largest}""",
        scope="""all n >= 2, all k: if a monomial of (sum u_j)^k misses some a_j, y is uniform given the others and its
        coefficient is 1/n - (n-1)/n / (n-1) = 0 (the mean of w need not be 0); the monomial u_1...u_k w(c) has k! n^-k
        times 1 at c = y and -1/(n-1) elsewhere, on the other side k!/((n-1) n^k) times n [c = y] - 1""",
        data={"sizes": {str(k): v for k, v in sizes.items()}},
    )
