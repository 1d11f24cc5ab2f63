"""B8: how many neurons per frequency three inputs need."""

from __future__ import annotations

from margin.addition.maximum import maximum_margin
from margin.addition.width import widths
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import suffices
from proofs_check.claims.shared.exact import primes
from proofs_check.claims.shared.widths import certified_least
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


@claim(
    id="B8",
    claim="k = 3 needs 56 neurons per frequency (text of Lemma E.2) or 32 (formula 2^(2k-1))",
    source="Li et al., Lemma E.2",
    kind="statement",
    requires=("B7",),
)
def check(effort: str) -> Finding:
    """Networks of 16 and 32 neurons per frequency, verified at primes; a certificate that fewer than 16 do not do."""
    ps = primes(31 if effort == "quick" else 200)[1:]
    every((suffices(p, 3, 16) and suffices(p, 3, 32) for p in ps), "16 or 32 do not suffice")
    least = certified_least(3)
    known = widths(ModularAddition(5, 3))
    demand(least == 16 and known.lower_bound == known.constructed == 32, f"{least}, not 16, are proved necessary")
    return Finding(
        "fails",
        f"""32 per frequency in the construction (2^(2k-1), kernel), never 56; 16 suffice for all {len(ps)} odd primes
        p <= {ps[-1]} (kernel), and {least} are needed for p >= 5 (a certificate of widths, kernel): p = 5 takes
        {known.constructed} in all, no fewer""",
        counterexample=f"p = 3, one frequency: 16 neurons reach gamma* = {maximum_margin(ModularAddition(3, 3)).exact}",
        correction="""the construction has 32 per frequency, 16(p-1) in all, as the total says; (k+1) 2^(k-1) = 16
        suffice for every odd n, and are the fewest for primes p >= 5""",
        scope="""sufficiency for all odd n (phases of the minimal construction, proved for every k and order); the lower
        bound for frequencies of order 5 or above 6""",
        data={"least": least, "total_at_5": [known.lower_bound, known.constructed]},
    )
