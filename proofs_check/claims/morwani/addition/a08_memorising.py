"""A8: networks with quadratic activation can also memorise modular addition, without Fourier features."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import sympy
from numpy.typing import NDArray

from margin.addition.maximum import maximum_margin
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def logits(n: int, sign: int) -> NDArray[np.int64]:
    """Exact logits (n, n, n) of two neurons per input (a, b): (1_a + 1_b)^2 and sign (1_a - 1_b)^2, both at a+b."""
    eye = np.eye(n, dtype=np.int64)
    a, b = np.divmod(np.arange(n * n), n)
    left, right, out = eye[:, a], eye[:, b], eye[(a + b) % n]  # (n, pairs), (n, pairs), (pairs, n)
    plus = (left[:, None] + right[None]) ** 2
    minus = (left[:, None] - right[None]) ** 2
    return (plus + sign * minus) @ out


def memorises(n: int, sign: int = -1) -> bool:
    """Whether the logits are 4 at the label and 0 elsewhere, on all n^2 inputs."""
    label = np.add.outer(np.arange(n), np.arange(n)) % n
    return bool((logits(n, sign) == 4 * np.eye(n, dtype=np.int64)[label]).all())


def share_of_maximum(n: int) -> Surd:
    """Normalised margin over gamma*: margin 4, 2 n^2 neurons of squared norm 3."""
    margin = Fraction(4, 2 * n**2) / Surd.half_power(3, 3)
    return margin / maximum_margin(ModularAddition(n, 2)).exact


@claim(
    id="A8",
    claim="a network with quadratic activation can also express a memorising solution, one that is not Fourier",
    source="Morwani et al., blog post, footnote 1, and appendix",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Every logit of the memorising network, its identity, and its share of gamma*."""
    most = 13 if effort == "quick" else 31
    for n in range(2, most + 1):
        demand(memorises(n), f"n = {n}: the logits are not 4 at the label and 0 elsewhere")
    x, y = sympy.symbols("x y")
    demand(sympy.expand((x + y) ** 2 - (x - y) ** 2 - 4 * x * y) == 0, "the square identity")
    share = share_of_maximum(23)
    demand(share < 1, "it would be a max-margin network")
    for n in range(3, most + 1, 2):
        demand(share_of_maximum(n) * Surd.half_power(n, 3) == Surd.sqrt(2) * (n - 1), f"n = {n}: share of gamma*")
    return Finding(
        "holds",
        f"""2 n^2 neurons with one-hot vectors: (1_a + 1_b)^2 - (1_a - 1_b)^2 = 4 [a][b]; logits exactly 4 at the label
        and 0 elsewhere for n <= {most}. A one-hot vector has the same power at every frequency, 2/n for n odd; for odd
        n the normalised margin is sqrt(2) (n-1)/n^(3/2) of gamma*, {float(share):.3f} at n = 23""",
        scope=f"all n: the identity holds in every commutative ring; n <= {most} by every logit in integers",
        data={"share_23": float(share)},
    )
