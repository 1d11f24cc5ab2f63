"""B8 and B10: how many neurons the maximum margin needs: published counts, fewer, and proved lower bounds."""

from __future__ import annotations

from margin.addition.cliques import CLIQUES
from margin.addition.construction import rotation_phases
from margin.addition.maximum import maximum_margin
from margin.addition.width import is_clique, widths
from margin.tasks import ModularAddition, count
from proofs_check.claims.claim import Finding, demand
from proofs_check.claims.exact import kernel_says, primes
from proofs_check.claims.registry import claim


def suffices(n: int, k: int, per_frequency: int) -> bool:
    """Whether the kernel verifies that a construction with that many neurons at each frequency reaches gamma*."""
    task = ModularAddition(n, k)
    value, frequencies = maximum_margin(task).exact, count(task.rotation_frequencies)
    for construction in ("minimal", "paper"):
        size = rotation_phases(k, construction).size
        if size == per_frequency and kernel_says(task, value, construction, size * frequencies):
            return True
    return False


def proved_least(k: int, wanted: int | None = None) -> int | None:
    """Neurons per frequency that the clique of `cliques` proves needed; None without one, or not `wanted`."""
    clique = CLIQUES.get(k)
    if clique is None or not is_clique(clique, k) or len(set(clique)) != len(clique):
        return None
    return len(clique) if wanted in (None, len(clique)) else None


@claim(
    id="B8",
    claim="k = 3 needs 56 neurons per frequency (text of Lemma E.2) or 32 (formula 2^(2k-1))",
    source="Li et al., Lemma E.2",
    kind="statement",
    requires=("B7",),
)
def check_three(effort: str) -> Finding:
    ps = primes(31 if effort == "quick" else 200)[1:]
    demand(all(suffices(p, 3, 16) and suffices(p, 3, 32) for p in ps), "16 or 32 do not suffice")
    least = proved_least(3)
    known = widths(ModularAddition(5, 3))
    demand(least is not None and known.lower_bound is not None, "no lower bound")
    return Finding(
        "fails",
        f"32 per frequency in the construction (2^(2k-1), kernel), never 56; 16 suffice for all {len(ps)} odd primes"
        f" p <= {ps[-1]} (kernel), and at least {least} are needed for p >= 5, by a clique of {least} characters",
        counterexample=f"p = 3, one frequency: 16 neurons reach gamma* = {maximum_margin(ModularAddition(3, 3)).exact}",
        correction=f"the construction has 32 per frequency, 16(p-1) in all, as the total says; (k+1) 2^(k-1) = 16"
        f" suffice for every odd n, and for primes p >= 5 at least {least} are needed",
        scope="sufficiency for all odd n (phases of the minimal construction, proved for every k and order); the lower"
        " bound for frequencies of order 5 or above 6",
        data={"least": least, "total_at_5": [known.lower_bound, known.constructed]},
    )


@claim(
    id="B10",
    claim="width m >= 2^(2k-1) (p-1)/2 suffices; the lower bound of m may not be the tightest",
    source="Li et al., Theorem 4.1 and its discussion",
    kind="theorem",
    requires=("B5", "B7", "B13"),
)
def check(effort: str) -> Finding:
    most, most_k = (31, 8) if effort == "quick" else (101, 12)
    odd = range(3, most + 1, 2)
    for k in range(1, most_k + 1):
        smaller = (k + 1) * 2 ** (k - 1)
        demand(all(suffices(n, k, 2 ** (2 * k - 1)) for n in odd), f"k = {k}: the printed width")
        demand(all(suffices(n, k, smaller) for n in odd), f"k = {k}: {smaller} per frequency")
        demand((smaller < 2 ** (2 * k - 1)) == (k >= 2), f"k = {k}: the printed width is the smaller one")
    for n in odd:
        found = widths(ModularAddition(n, 2))
        demand(found.minimal == found.constructed == 3 * (n - 1), f"n = {n}, k = 2 is not decided")
    bounds = {k: proved_least(k) for k in (2, 3, 4)}
    demand(None not in bounds.values() and bounds[2] == 6, f"cliques {bounds}")
    return Finding(
        "holds",
        f"printed width and (k+1) 2^(k-1) (p-1)/2 both verified by the kernel for odd n <= {most}, k <= {most_k}. The"
        f" tightest: k = 1 the printed p-1; k = 2 exactly 3(p-1) (printed 4(p-1)); k = 3 between"
        f" {bounds[3]} and 16 per frequency (printed 32), k = 4 between {bounds[4]} and 40 (printed 128)",
        scope="sufficiency for all odd n and all k, primes or not; more neurons never hurt (zeros). Lower bounds:"
        " characters of a clique are orthonormal in L^2 of the neurons' shares; for orders where no two exponents"
        " coincide (odd order above k). Not known to be minimal for k >= 3 here",
        data={"bounds": {str(k): v for k, v in bounds.items()}},
    )
