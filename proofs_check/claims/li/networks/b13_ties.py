"""B13: all points lie on the margin and all wrong labels tie for the constructed network."""

from __future__ import annotations

from margin.addition.construction import CONSTRUCTIONS, construct, rotation_phases, sign_phases
from margin.addition.maximum import maximum_margin
from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from proofs_check.claims.shared.waves import gaps, is_integer, logits, nearest_integer, network
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def common_gap(n: int, k: int, construction: str, left_out: int = 0) -> int | None:
    """The gap to every wrong label at every input, in units of the amplitudes, if they are all the same; else None.

    Every logit is evaluated, with equal amplitudes at all frequencies 0 < z < n/2 (but `left_out`).
    """
    order, neurons = network(n, k, construction, left_out)
    values = {tuple(row) for row in gaps(n, k, logits(n, k, order, neurons)).tolist()}
    least = nearest_integer(next(iter(values)))
    return least if [is_integer(row, least) for row in values] == [True] * len(values) else None


def ties(n: int, k: int, construction: str) -> bool:
    """Whether both kinds of wrong label (odd and even difference) are gamma* away, by the exponential sums."""
    task = ModularAddition(n, k)
    margins = construct(task, construction).margin_by_parity()
    return margins is not None and set(margins.values()) == {maximum_margin(task).exact}


def equal_mass_margins(n: int, k: int) -> dict[str, Surd] | None:
    """Gaps at odd and even differences for even n with the same mass at every frequency."""
    task = ModularAddition(n, k)
    mass = Surd(1) / (n // 2)
    rotation = rotation_phases(k, "minimal")
    zs = [task.rotation_frequencies, task.sign_frequencies]
    phases = [rotation, sign_phases(k)]
    return CosineNetwork(task, tuple(Block(z, mass, p) for z, p in zip(zs, phases, strict=True))).margin_by_parity()


@claim(
    id="B13",
    claim="""the constructed network puts every input on the margin, and all wrong labels tie (condition 3.8, C.1 of
    Morwani et al.)""",
    source="Li et al., end of the proofs of Lemmas E.2 and E.3",
    kind="theorem",
    requires=("B7", "B9"),
)
def check(effort: str) -> Finding:
    """Every logit of both constructions, exponential sums for more n and k, equal masses at n = 4."""
    most, most_k = (61, 8) if effort == "quick" else (301, 12)
    cases = [(3, 2), (5, 2), (9, 2), (3, 3), (5, 3)] if effort == "quick" else [(7, 2), (15, 2), (7, 3), (3, 4), (5, 4)]
    for construction in CONSTRUCTIONS:
        for n, k in cases:
            demand(common_gap(n, k, construction) is not None, f"n = {n}, k = {k}, {construction}: gaps differ")
        for n in range(2, most + 1):
            every((ties(n, k, construction) for k in range(1, most_k + 1)), f"n = {n}, {construction}")
    four = equal_mass_margins(4, 2)
    demand(four is not None and four["odd"] != four["even"], "equal masses tie at n = 4")
    assert four is not None
    return Finding(
        "holds",
        f"""every logit of both constructions evaluated in exact arithmetic for (n, k) = {", ".join(map(str, cases))};
        by exponential sums all gaps are gamma* for n <= {most}, k <= {most_k}. Even n needs unequal masses: with equal
        ones the gaps at n = 4, k = 2 are {four["odd"]} (odd differences) and {four["even"]} (even)""",
        scope="""all odd n and all k: each frequency computes its cosine and nothing else (B7), and the cosines add up
        to -1/2 at every wrong label (B9)""",
        data={"most": most, "k": most_k},
    )
