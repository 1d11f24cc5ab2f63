"""C27: two logarithms."""

from __future__ import annotations

from mpmath import iv  # type: ignore[import-untyped]

from proofs_check.claims.shared.exact import rounds_to
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def logarithm(n: int) -> object:
    """An interval that contains ln n."""
    iv.prec = 60
    return iv.log(iv.mpf(n))


@claim(
    id="C27",
    claim="ln n is about 4.5 for n = 89 and 91",
    source="modular addition at several scales, Section 5.4",
    kind="identity",
)
def check(effort: str) -> Finding:
    """Both logarithms, by intervals, against one decimal and three."""
    for n, printed in ((89, "4.489"), (91, "4.511")):
        demand(
            rounds_to(logarithm(n), "4.5") and rounds_to(logarithm(n), printed), f"ln {n} is neither 4.5 nor {printed}"
        )
    around = [n for n in (85, 86, 94, 95) if rounds_to(logarithm(n), "4.5")]  # ln n rises with n
    demand(around == [86, 94], f"n = {around}")
    return Finding(
        "holds",
        f"""ln 89 = 4.489, ln 91 = 4.511 (intervals); every n from {around[0]} to {around[-1]} has 4.5 to one decimal.
        Whether trained networks have that many clusters is C10""",
        scope="numbers",
    )
