"""Writes certificates of sparse parity (proofs_check/formats/PARITY.md). Untrusted by design."""

from __future__ import annotations

from math import factorial
from typing import Any

from margin.answers import sealing
from margin.answers.sealing import MOST_K, MOST_N, PARITY, fraction, sealed
from margin.numbers.square_roots import Surd
from margin.parity.construction import SignPatterns, construct
from margin.parity.maximum import ParityMargin, parity_dual_bound


def number(value: Surd) -> list[list[int]]:
    return sealing.number(value, PARITY)


def certify(prediction: ParityMargin, sense: str = "equal", construction: str = "minimal") -> bytes:
    """The certificate of a prediction with the construction's network; raises as `parity_certificate`."""
    return parity_certificate(prediction, sense, construct(prediction.task, construction))


def parity_certificate(prediction: ParityMargin, sense: str = "equal", network: SignPatterns | None = None) -> bytes:
    """Certificate that gamma* equals, is at least, or is at most the value of `prediction`.

    `sense` is "equal", "lower" (the network alone) or "upper" (the dual alone). Raises ValueError for another sense,
    and beyond the limits of the format.
    """
    task = prediction.task
    if sense not in ("equal", "lower", "upper"):
        raise ValueError(f"parity_certificate: sense {sense!r}, expected equal, lower or upper")
    if task.k > MOST_K or task.n >= MOST_N:
        raise ValueError(f"parity_certificate: {task}; the format takes k <= {MOST_K}, n < 2^256")
    result: dict[str, Any] = {
        "format": "algebraic-margin certificate",
        "version": 1,
        "claim": {"quantity": "margin", "sense": sense, "value": number(prediction.exact)},
        "task": {"kind": "sparse_parity", "n": task.n, "k": task.k},
        "norm": {"inner": 2, "outer": task.degree},
    }
    if sense != "upper":
        network = network or construct(task)
        result["primal"] = {
            "patterns": network.width,
            "mass_each": fraction(network.mass_each),
            "bit_weight": number(network.amplitude),
            "label_weight": number(network.amplitude / Surd.sqrt(2)),
        }
    if sense != "lower":
        bound = parity_dual_bound(task)
        result["dual"] = {"inputs": "uniform", "coefficient": factorial(task.k), "bound": number(bound)}
    return sealed(result)
