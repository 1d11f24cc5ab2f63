"""Writes certificates of a shared embedding (proofs_check/formats/SHARED.md). Untrusted by design."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from margin.answers.sealing import Json, fraction, sealed
from margin.shared.classes import units, wrong_labels
from margin.shared.lower import SharedNetwork
from margin.shared.maximum import SharedMargin, rounded
from margin.shared.squares import EXTRA
from margin.shared.upper import BITS, SumOfSquares, margin_bound, sum_of_squares

SENSES = ("enclosure", "lower", "upper")
# of the format, section 2
MOST_K, MOST_POINTS, MOST_GAPS, MOST_KERNEL = 5, 2**15, 2_000_000, 4_000_000


def certify(
    prediction: SharedMargin, sense: str = "enclosure", construction: str = "minimal", proof: SumOfSquares | None = None
) -> bytes:
    """A certificate of the enclosure's ends, or of one of them; the sum of squares is made anew where none is given.

    Raises ValueError for another sense or construction, and beyond the limits of the format; ArithmeticError where the
    semidefinite program is not solved.
    """
    if sense not in SENSES or construction != "minimal":
        raise ValueError(f"certificate: sense {sense!r}, construction {construction!r}, expected one of {SENSES}")
    task, network = prediction.task, prediction.network
    require_limits(task.n, task.k, len(network.neurons) if sense != "upper" else 0, sense != "lower")
    parts: Json = {}
    ends: list[Fraction] = []
    if sense != "upper":
        parts["primal"] = _primal(network)
        ends.append(rounded(network.margin(), up=False))
    if sense != "lower":
        proof = sum_of_squares(task.n, task.k) if proof is None else proof
        parts["dual"] = _dual(proof)
        ends.append(rounded(margin_bound(task.n, task.k, proof.bound()), up=True))
    values: list[Any] = [fraction(end) for end in ends]
    return sealed(
        {
            "format": "algebraic-margin certificate",
            "version": 1,
            "claim": {"quantity": "margin", "sense": sense, "value": values if sense == "enclosure" else values[0]},
            "task": {"kind": task.kind, "n": task.n, "k": task.k},
            **parts,
        }
    )


def require_limits(n: int, k: int, neurons: int, dual: bool) -> None:
    """Raise ValueError beyond what the format takes; the monomials with e as in `EXTRA` are never too many then."""
    _require(k <= MOST_K and n ** (k + 1) <= MOST_POINTS, f"n = {n}, k = {k}", f"k <= {MOST_K}, n^(k+1) <= 2^15")
    classes = len(wrong_labels(n, k))
    gaps = neurons * classes * n * len(units(n))
    _require(gaps <= MOST_GAPS, f"{gaps} terms of gaps", str(MOST_GAPS))
    if dual:
        terms = (n - 1) * n ** (k - 1) * k**k * classes
        _require(terms <= MOST_KERNEL, f"{terms} terms of kernels", str(MOST_KERNEL))


def _require(held: bool, came: str, limit: str) -> None:
    if not held:
        raise ValueError(f"certificate: it would have {came}; the format takes {limit}: choose a smaller n or k")


def _primal(network: SharedNetwork) -> Json:
    neurons = [
        {"u": [*u], "w": [*w], "mass": mass, "norm": network.root(u, w)}
        for (u, w), mass in zip(network.neurons, network.masses, strict=True)
    ]
    gap = min(network.gap(label) for label in wrong_labels(network.n, network.k))
    return {"neurons": neurons, "gap": fraction(gap)}


def _dual(proof: SumOfSquares) -> Json:
    rows = [[[int(x) for x in row[:i]] for i, row in enumerate(factor, 1)] for factor in proof.factors]
    return {
        "extra": EXTRA.get((proof.n, proof.k), 1),
        "weights": [*proof.sigma],
        "scale": 1 << BITS,
        "bound": proof.t,
        "blocks": rows,
        "rest": proof.rest(),
    }
