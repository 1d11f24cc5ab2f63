"""B16: the stationary pair of Definition 3.5, with arg min twice, and the set that q* lives on."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from margin.addition.maximum import maximum_margin
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import kernel_says
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def parity_gaps(k: int, sign: int) -> dict[tuple[int, ...], Surd]:
    """f[y] - f[c] at every input of Z_2^k of the max-margin network for p = 2 of norm 1, with w multiplied by sign."""
    squared = Fraction(1, 2 * (k + 1))  # of every entry, for unit neurons
    patterns = [(1, *rest) for rest in product((1, -1), repeat=k - 1)]
    scale = Surd.half_power(squared, k + 1) * Fraction(2 * sign, len(patterns))  # w = (s, -s): the gap is 2 s
    gaps = {}
    for a in product((0, 1), repeat=k):
        inner = [(sum(e * (-1) ** x for e, x in zip(pattern, a, strict=True)), pattern) for pattern in patterns]
        total = sum(s**k * (-1) ** sum(e < 0 for e in pattern) for s, pattern in inner)
        gaps[tuple(x % 2 for x in a)] = scale * total * (-1) ** sum(a)
    return gaps


def is_stationary(k: int, sign: int, theta_minimises: bool) -> bool:
    """Whether that network and uniform q satisfy the definition; theta by arg min if `theta_minimises`, else arg max.

    With two labels the expected margin of unit networks lies in [-gamma*, gamma*] (kernel; w -> -w flips its sign), so
    arg min is attained at -gamma* and arg max at gamma*. Uniform q minimises when all inputs have the same margin.
    """
    task = ModularAddition(2, k)
    gamma = maximum_margin(task).exact
    values = list(parity_gaps(k, sign).values())
    expected = sum(values, Surd()) / len(values)
    extreme = -gamma if theta_minimises else gamma
    return kernel_says(task, gamma) and expected == extreme and values == [expected] * 2**k


def expected_on(inputs: Sequence[tuple[int, int]], neuron: Sequence[Fraction]) -> Fraction:
    """Mean gap over inputs of Z_2^2 of the neuron (u_1(0), u_1(1), u_2(0), u_2(1), w(0), w(1))."""
    u, v, w = neuron[:2], neuron[2:4], neuron[4:]
    gaps = [(u[a] + v[b]) ** 2 * (w[(a + b) % 2] - w[(a + b + 1) % 2]) for a, b in inputs]
    return sum(gaps, Fraction(0)) / len(inputs)


def exceeds(inputs: Sequence[tuple[int, int]], neuron: Sequence[Fraction]) -> bool:
    """Whether the neuron's expected margin is above gamma* ||neuron||^3 (p = 2, k = 2), by squares."""
    gamma = maximum_margin(ModularAddition(2, 2)).exact
    squared_norm = sum((x * x for x in neuron), Fraction(0))
    value = expected_on(inputs, neuron)
    return gamma**2 * squared_norm**3 < value * abs(value)


@claim(
    id="B16",
    claim="""a stationary pair (theta*, q*), q* in arg min over q of the expected margin of theta*, theta* in arg min
    over theta of the q*-expected margin, shows that theta* has the maximum margin; q* = uniform over Z_p""",
    source="Li et al., Definition 3.5, equation 4, and Lemma E.3",
    kind="statement",
    requires=("A7", "B13"),
)
def check(effort: str) -> Finding:
    """Which of two networks is a stationary pair, as printed and as corrected; q on p of the inputs."""
    most = 6 if effort == "quick" else 10
    for k in range(1, most + 1):
        for sign, printed in product((1, -1), (True, False)):
            # as printed the negated network is the pair, as corrected the max-margin network
            is_pair = is_stationary(k, sign, theta_minimises=printed)
            demand(is_pair == (printed == (sign < 0)), f"k = {k}, sign {sign}, arg min twice {printed}: {is_pair}")
    diagonal = [(0, 0), (1, 0)]
    neuron = [Fraction(x) for x in (1, -1, 1, 0, 1, -1)]
    everywhere = [(a, b) for a in (0, 1) for b in (0, 1)]
    demand(exceeds(diagonal, neuron) and not exceeds(everywhere, neuron), "q on p inputs bounds the margin")
    two, all_four = expected_on(diagonal, neuron), expected_on(everywhere, neuron)
    norm_cubed = Surd.half_power(sum(x * x for x in neuron), 3)
    bound = maximum_margin(ModularAddition(2, 2)).exact * norm_cubed
    least = min(parity_gaps(1, -1).values())
    return Finding(
        "holds with a correction",
        f"""p = 2, k <= {most}: with arg min twice the pair is (-theta_max, uniform), margin -gamma*, and the max-margin
        network is no pair; with arg max for theta it is one and the negated network is not, exactly""",
        counterexample=f"""p = 2, k = 1: u = (1, -1)/2, w = (-1, 1)/2 and q uniform are both arg min, yet every margin
        is {least}. q on p of the p^k inputs bounds nothing: p = 2, k = 2, q on (0,0), (1,0), the neuron u_1 = (1,-1),
        u_2 = (1,0), w = (1,-1) has expected margin {two}, above gamma* ||neuron||^3 = {float(bound):.4f}
        (on all four inputs {all_four})""",
        correction="""q* in arg min over distributions on the data set Z_p^k, theta* in arg max over unit theta; q* =
        uniform over Z_p^k""",
        scope=f"""the corrected statement for all p and k is A7; that uniform q over Z_p^k and the construction are a
        pair is B5 and B13. The failure for p = 2, k <= {most} exactly: for every k as w -> -w negates the margin""",
        data={"most": most},
    )
