"""B26: the number of neurons that is said to be necessary."""

from __future__ import annotations

from fractions import Fraction

from margin.addition.construction import construct
from margin.addition.width import widths
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import suffices
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def printed_width(p: int, k: int) -> int:
    """2^(2k-2) (p-1)."""
    return 2 ** (2 * k - 2) * (p - 1)


def fewer(p: int, k: int) -> int | None:
    """Neurons of a smaller network that reaches gamma*, verified by the kernel; None if that is not fewer."""
    per_frequency = (k + 1) * 2 ** (k - 1)
    total = per_frequency * (p - 1) // 2
    return total if total < printed_width(p, k) and suffices(p, k, per_frequency) else None


def rank_of_max_margin(p: int) -> int:
    """Rank of p 1 - J, the logits of any max-margin network for k = 1 up to permutation, scale and row means."""
    rows = [[Fraction(p - 1 if i == j else -1) for j in range(p)] for i in range(p)]
    rank = 0
    for column in range(p):
        pivot = next((i for i in range(rank, p) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for i in range(rank + 1, p):
            factor = rows[i][column] / rows[rank][column]
            rows[i] = [x - factor * y for x, y in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


@claim(
    id="B26",
    claim="2^(2k-2) (p-1) is the necessary number of neurons for the network to learn the Fourier method",
    source="Li et al., Section 1 ('we also determine the necessary number of neurons') with Theorem 4.1",
    kind="statement",
    requires=("B10",),
)
def check(effort: str) -> Finding:
    """A smaller network at odd p and k >= 2 by the kernel; for k = 1 the rank says that no fewer do."""
    most, most_k = (23, 7) if effort == "quick" else (61, 10)
    odd = range(3, most + 1, 2)
    for k in range(1, most_k + 1):
        sizes = [construct(ModularAddition(p, k), "paper").width for p in odd]
        demand(sizes == [printed_width(p, k) for p in odd], f"k = {k}: the construction has {sizes}")
    for k in range(2, most_k + 1):
        every((fewer(p, k) is not None for p in odd), f"k = {k}: no smaller network")
    every((fewer(p, 1) is None and rank_of_max_margin(p) == printed_width(p, 1) for p in odd), "k = 1")
    least = {p: widths(ModularAddition(p, 2)).minimal for p in odd}
    every((least[p] == fewer(p, 2) == 3 * (p - 1) for p in odd), f"k = 2: {least}")
    return Finding(
        "fails",
        f"""(k+1) 2^(k-1) (p-1)/2 neurons reach gamma* for all odd p <= {most}, 2 <= k <= {most_k} (kernel), fewer than
        printed: the ratio is 2^k/(k+1). For k = 2 the least number is 3(p-1) and not 4(p-1). The theorem says that the
        number suffices; nothing in the paper shows that it is needed""",
        counterexample=f"p = 3, k = 2: {fewer(3, 2)} neurons reach gamma*, and {printed_width(3, 2)} are printed",
        correction="necessary for k = 1 alone, where it is p-1; for k >= 2 it is sufficient (B10)",
        scope="""k >= 2, all odd p: the smaller construction. k = 1: logits less their row means are gamma* times a
        permutation matrix minus 1/p, of rank p-1, and a neuron adds at most 1 to the rank""",
        data={"least": {str(p): width for p, width in least.items()}},
    )
