"""A3: the maximum L_{2,3} margin of addition mod p is sqrt(2/27) / (sqrt(p) (p-1)), reached at width 4 (p-1)."""

from __future__ import annotations

from fractions import Fraction

import sympy

from margin.addition.maximum import maximum_margin
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import kernel_says
from proofs_check.claims.shared.exact import primes
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

LARGE = (997, 1_000_003, 10**12 + 39)


def printed(n: int, ratio: Fraction = Fraction(2, 27)) -> Surd:
    """The printed value with the constant as a parameter."""
    return Surd.sqrt(ratio) / (Surd.sqrt(n) * (n - 1))


def confirmed(n: int, value: Surd, neurons: int) -> bool:
    """Whether the kernel verifies the value from the published construction of width `neurons` (n-1), and the dual."""
    return kernel_says(ModularAddition(n, 2), value, "paper", neurons * (n - 1))


def holds_at(n: int) -> bool:
    """Whether the kernel verifies the printed value for n."""
    return kernel_says(ModularAddition(n, 2), printed(n))


def is_symbolic_identity(ratio: Fraction = Fraction(2, 27)) -> bool:
    """Whether n c/(n-1), c = 2! n^-2 (n/2)^(1/2) 3^(-3/2) (the value for every odd n), is the printed one for all n."""
    n = sympy.symbols("n", positive=True)
    value = n / (n - 1) * 2 / n**2 * sympy.sqrt(n / 2) / sympy.sqrt(27)
    claimed = sympy.sqrt(sympy.Rational(ratio.numerator, ratio.denominator)) / (sympy.sqrt(n) * (n - 1))
    return bool(sympy.simplify(value / claimed - 1) == 0)


@claim(
    id="A3",
    claim="""the maximum L_{2,3} margin of addition mod p, p > 2 prime, is sqrt(2/27)/(sqrt(p) (p-1)), reached at width
    4(p-1)""",
    source="Morwani et al., Theorem 7",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """Certificates of the printed value at primes, odd and even n, and of a narrower network; the identity in n."""
    most = 60 if effort == "quick" else 400
    chosen = [*primes(most)[1:], *LARGE]
    every((confirmed(p, printed(p), 4) for p in chosen), "the kernel rejects the printed value at some prime")
    demand(is_symbolic_identity(), "the value for odd n is not the printed one as a function of n")
    odd = [n for n in range(3, most, 2) if holds_at(n)]
    demand(len(odd) == len(range(3, most, 2)), f"the value holds for the odd n {odd} only")
    narrow = [n for n in odd if kernel_says(ModularAddition(n, 2), printed(n), "minimal", 3 * (n - 1))]
    demand(narrow == odd, "width 3(n-1) does not suffice")
    even = range(2, most, 2)
    every((not holds_at(n) for n in even), "the value holds for some even n")
    exact = maximum_margin(ModularAddition(2, 2)).exact
    return Finding(
        "holds",
        f"""certificates with the published network (width 4(p-1)) and the dual verified by the kernel for
        {len(chosen)} primes: all 2 < p < {most} and {", ".join(map(str, LARGE))}. The value also holds for all
        {len(odd)} odd n < {most}, and for none of the {len(even)} even n (at n = 2 it is {exact}, not
        {printed(2)}). Width 3(p-1) suffices""",
        scope="""every odd n: the kernel's rules are proved for all n, and their value n c/(n-1) is the printed one
        identically in n (sympy)""",
        data={"primes": len(chosen), "odd": len(odd), "even": 0},
    )
