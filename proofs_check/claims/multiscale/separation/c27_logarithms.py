"""C27: two logarithms."""

from __future__ import annotations

from fractions import Fraction

from mpmath import iv  # type: ignore[import-untyped]

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def rounds_to(n: int, printed: str) -> bool:
    """Whether ln n rounded to as many decimals is that number, by intervals."""
    value, unit = Fraction(printed), Fraction(1, 10 ** len(printed.partition(".")[2]))
    iv.prec = 60
    distance = abs(iv.log(iv.mpf(n)) - iv.mpf(value.numerator) / value.denominator)
    return bool(distance.b < iv.mpf(unit.numerator) / (2 * unit.denominator))


@claim(
    id="C27",
    claim="ln n is about 4.5 for n = 89 and 91",
    source="modular addition at several scales, Section 5.4",
    kind="identity",
)
def check(effort: str) -> Finding:
    """Both logarithms, by intervals, against one decimal and three."""
    for n, printed in ((89, "4.489"), (91, "4.511")):
        demand(rounds_to(n, "4.5") and rounds_to(n, printed), f"ln {n} is neither 4.5 nor {printed}")
    around = [n for n in range(2, 200) if rounds_to(n, "4.5")]
    demand(around == list(range(86, 95)), f"n = {around}")
    return Finding(
        "holds",
        f"""ln 89 = 4.489, ln 91 = 4.511 (intervals); every n from {around[0]} to {around[-1]} has 4.5 to one decimal.
        Whether trained networks have that many clusters is C10""",
        scope="numbers",
    )
