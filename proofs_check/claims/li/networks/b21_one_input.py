"""B21: one input, where a neuron of a max-margin network may mix frequencies."""

from __future__ import annotations

from fractions import Fraction

from margin.addition.maximum import maximum_margin
from margin.networks.phases import is_zero_sum
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import kernel_says
from proofs_check.claims.shared.exact import primes
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def helmert(n: int) -> list[list[int]]:
    """An orthogonal basis of the vectors of mean 0: (1, ..., 1, -i, 0, ..., 0)."""
    return [[1] * i + [-i] + [0] * (n - 1 - i) for i in range(1, n)]


def normalised_margin(n: int) -> Fraction:
    """Of the network for k = 1 with u_i = w_i = b_i/||b_i||, b_i the Helmert basis: every logit, exactly."""
    basis = helmert(n)
    logits = [[sum(Fraction(b[a] * b[c], sum(x * x for x in b)) for b in basis) for c in range(n)] for a in range(n)]
    margin = min(logits[a][a] - logits[a][c] for a in range(n) for c in range(n) if c != a)
    return Fraction(margin) / (2 * len(basis))  # nu = 2: every neuron has squared norm 2


def frequencies(vector: list[int]) -> list[int]:
    """The z in 1..n/2 where the transform of an integer vector is not 0, decided in the cyclotomic field."""
    n = len(vector)
    nonzero = []
    for z in range(1, n // 2 + 1):
        counts = [0] * n
        for a, x in enumerate(vector):
            counts[-z * a % n] += x
        if not is_zero_sum(counts):
            nonzero.append(z)
    return nonzero


@claim(
    id="B21",
    claim="""for every k, each neuron of a max-margin network has one frequency, and each frequency a neuron using it
    only""",
    source="Li et al., Theorem 4.1, second and third item ('k inputs for some integer k')",
    kind="theorem",
    requires=("B5", "B12"),
)
def check(effort: str) -> Finding:
    """A network for k = 1 without neurons of one frequency: its margin and spectra, exactly."""
    ps = primes(31 if effort == "quick" else 53)[2:]
    for p in ps:
        task = ModularAddition(p, 1)
        demand(kernel_says(task, maximum_margin(task).exact), f"p = {p}: gamma*")
        demand(normalised_margin(p) == maximum_margin(task).exact, f"p = {p}: the Helmert network")
        every((len(frequencies(b)) > 1 for b in helmert(p)), f"p = {p}: a neuron of one frequency")
        demand(frequencies(helmert(p)[0]) == list(range(1, p // 2 + 1)), f"p = {p}: (1, -1, 0, ...) lacks a frequency")
    return Finding(
        "holds with a correction",
        f"""k = 1, primes 5 <= p <= {ps[-1]}: a network whose p-1 neurons all have several frequencies reaches gamma*
        (kernel for gamma*; network and spectra exactly)""",
        counterexample=f"""p = 5, k = 1: u_i = w_i = the normalised vectors (1,-1,0,0,0), (1,1,-2,0,0), ...: normalised
        margin {normalised_margin(5)} = gamma*, both frequencies in every neuron""",
        correction="for k >= 2 (for k = 1 every frequency is used, by neurons that may mix them)",
        scope="""k >= 2, all odd n: a max-margin network has only neurons that reach the bound of B5, each of one
        frequency; k = 1: the power-mean inequality has exponent 1 and never loses""",
        data={"primes": ps},
    )
