"""E9: |x| has twice the margin of ReLU; with x^3 and x^4 two inputs are best known by heart, as far as was solved."""

from __future__ import annotations

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

MODULI = (3, 4, 5, 6, 7, 8, 9)
QUICK = (3, 5, 7)
DEGREES = (3, 4)
GAP = 1e-6  # relative, of the solver
CLOSE = 2e-6


def solved(n: int, name: str) -> tuple[float, float]:
    """Margin reached for addition of two inputs mod n with an activation, and the solver's upper estimate."""
    from margin.networks.activations import parse
    from margin.solver import from_task, solve
    from margin.solver.symmetry import KINDS
    from margin.tasks import ModularAddition

    found = solve(from_task(ModularAddition(n, 2), parse(name)), tolerance=GAP, symmetries=KINDS)
    demand(found.converged, f"n = {n}, {name}: the solver did not converge, gap {found.gap:.1e}")
    return found.value, found.upper


def twice(n: int, factor: float = 2.0) -> float:
    """gamma* of |x|, refuted unless it is that many times gamma* of ReLU."""
    (_, bent), (low, high) = solved(n, "relu"), solved(n, "abs")
    demand(abs(low / bent - factor) < CLOSE, f"n = {n}: |x| has {low / bent} times the margin of ReLU, not {factor}")
    return high


def by_heart(n: int, degree: int, factor: float = 1.0) -> float:
    """The margin of the network of a neuron for each pair; refuted unless, times `factor`, the solver finds it."""
    from margin.networks.memorising import memorising, memorising_margin

    value, network = memorising_margin(n, degree), memorising(n, degree)
    demand(network.width == n**2, f"n = {n}, x^{degree}: {network.width} neurons, claimed {n**2}")
    exact = abs(network.normalised_margin() / value - 1)
    demand(exact < 1e-12, f"n = {n}, x^{degree}: the network is off its formula by {exact:.1e}")
    low, high = solved(n, f"x^{degree}")
    demand(
        low < factor * value * (1 + CLOSE), f"n = {n}, x^{degree}: the solver reaches {low}, claimed at most {value}"
    )
    demand(high > factor * value * (1 - CLOSE), f"n = {n}, x^{degree}: at most {high} by the solver, claimed {value}")
    return value


def waves(n: int, factor: float = 1.0) -> float:
    """Share of gamma* that such a network has with x^2; refuted unless it is less than `factor`."""
    from margin.networks.memorising import memorising_margin
    from margin.tasks import ModularAddition
    from margin.theory import maximum_margin

    share = memorising_margin(n, 2) / float(maximum_margin(ModularAddition(n, 2)))
    demand(share < factor, f"n = {n}, x^2: knowing by heart has {share} of gamma*, claimed less than {factor}")
    return share


@claim(
    id="E9",
    claim="""addition of two inputs mod n = 3..9: gamma* with |x| is twice that with ReLU; with x^3 and x^4 it is the
    margin of n^2 neurons that know one pair each by heart, for which there is a formula; with x^2 waves have more for
    n >= 4""",
    source="this project, docs/theory.md, 13, and docs/solver.md",
    kind="empirical",
)
def check(effort: str) -> Finding:
    """The solver, told the symmetries of the data, beside the formula."""
    moduli = QUICK if effort == "quick" else MODULI
    for n in moduli:
        twice(n)
        for degree in DEGREES:
            by_heart(n, degree)
    shares = {n: waves(n) for n in MODULI if n >= 4}
    return Finding(
        "holds",
        f"""n = {", ".join(map(str, moduli))}: the solver and the formula agree within {CLOSE:g}, |x| and ReLU too; with
        x^2 knowing by heart has {min(shares.values()):.3f} to {max(shares.values()):.3f} of gamma* for n = 4..9""",
        scope="""lower ends are networks, for every n; upper ends are the solver's, a heuristic; |x| and ReLU: a proof
        is in docs/solver.md; quick: n = 3, 5, 7""",
    )
