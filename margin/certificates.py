"""Writes certificates for proofs_check/FORMAT.md. Untrusted by design: only the checkers' verdicts count."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from itertools import product
from math import factorial, isqrt
from typing import TYPE_CHECKING, Any

from margin.exact_network import Block, ExactNetwork
from margin.phases import PhaseGroup
from margin.program import MaximumMargin, neuron_value
from margin.surds import Surd
from margin.tasks import ModularAddition, count

if TYPE_CHECKING:
    from margin.numeric_network import NumericNetwork

Json = dict[str, Any]
MOST_K, MOST_N, MOST_RADICAND, MOST_WORK = 64, 2**256, 10**18, 10**7  # limits of FORMAT.md, section 2


def fraction(value: Fraction | int) -> list[int]:
    value = Fraction(value)
    return [value.numerator, value.denominator]


def number(value: Surd) -> list[list[int]]:
    """Terms [radicand, numerator, denominator]."""
    return [[r, *fraction(q)] for r, q in value.terms]


def seal(certificate: Json) -> bytes:
    """Canonical bytes with their SHA-256 inside."""
    body = {key: value for key, value in certificate.items() if key != "sha256"}
    return canonical(body | {"sha256": hashlib.sha256(canonical(body)).hexdigest()})


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _by_kind(task: ModularAddition, values: dict[str, Surd]) -> Json:
    present = {"rotation": task.rotation_frequencies, "sign": task.sign_frequencies}
    return {kind: number(values[kind]) for kind, frequencies in present.items() if count(frequencies)}


def _head(task: ModularAddition, sense: str, value: Any, squared: bool = False) -> Json:
    return {
        "format": "algebraic-margin certificate",
        "version": 1,
        "claim": {"quantity": "squared_margin" if squared else "margin", "sense": sense, "value": value},
        "task": {"kind": "modular_addition", "n": task.n, "k": task.k},
        "norm": {"inner": 2, "outer": task.degree},
    }


def dual_part(claim: MaximumMargin) -> tuple[Json, list[Json]]:
    """The dual and its rules, from DUAL-FEASIBLE to AM-GM."""
    task, n, k = claim.task, claim.task.n, claim.task.k
    entries = [{"differences": w.differences, "count": w.count, "each": number(w.each)} for w in claim.class_weights]
    weights = {w.differences: w.each for w in claim.class_weights}
    odd, even = (weights.get(parity, weights.get("all", Surd())) for parity in ("odd", "even"))
    multipliers = {"rotation": 1 + even, "sign": 1 + Fraction(n, 2) * odd - (Fraction(n, 2) - 1) * even}
    unscale = Surd.half_power(k + 1, k + 1)  # (k+1)^((k+1)/2), which AM-GM takes off again
    bounds = {
        kind: neuron_value(task, dimension) * unscale * multipliers[kind]
        for kind, dimension in (("rotation", 2), ("sign", 1))
    }
    present = {kind: bounds[kind] for kind in _by_kind(task, bounds)}
    largest = max(present.values())
    rules: list[Json] = [
        {"rule": "DUAL-FEASIBLE"},
        {"rule": "EXPAND", "coefficient": factorial(k)},
        {"rule": "FOURIER", "multipliers": _by_kind(task, multipliers)},
        {"rule": "PLANCHEREL", "bounds": _by_kind(task, bounds)},
        {"rule": "POWER-MEAN", "bound": number(largest)},
        {"rule": "AM-GM", "bound": number(largest / unscale)},
    ]
    inputs = {"count": task.population, "each": [1, task.population]}
    return {"inputs": inputs, "class_weights": entries}, rules


def primal_part(network: ExactNetwork) -> tuple[Json, list[Json]]:
    """Blocks of an exact network and their rules, from NORM to TIES."""
    task = network.task
    values = {kind: network.neuron_value(kind) for kind in ("rotation", "sign")}
    margins = network.margin_by_parity() or {}
    if task.n % 2 or task.n == 2:
        margins = {"all": next(iter(margins.values()), Surd())}
    rules: list[Json] = [
        {"rule": "NORM"},
        {"rule": "PHASES"},
        {"rule": "AMPLITUDE", "values": _by_kind(task, values)},
        {"rule": "TIES", "margins": {name: number(value) for name, value in margins.items()}},
    ]
    return {"kind": "blocks", "blocks": [_block(block) for block in network.blocks]}, rules


def _block(block: Block) -> Json:
    return {
        "frequencies": [block.frequencies.start, block.frequencies.stop - 1],
        "mass_each": number(block.mass_each),
        "phases": _phases(block),
    }


def _phases(block: Block) -> Json:
    phases = block.phase_set
    if isinstance(phases, PhaseGroup):
        return {"kind": "group", "joint": phases.joint, "turn": fraction(phases.turn)}
    points = sorted(zip(phases.neurons, phases.shares, strict=True))
    turns = [([Fraction(p, phases.denominator) for p in angles], share) for angles, share in points]
    neurons = [
        {"phases": [fraction(a) for a in angles[:-1]], "output": fraction(angles[-1]), "share": fraction(share)}
        for angles, share in turns
    ]
    return {"kind": "list", "neurons": neurons}


def certificate(claim: MaximumMargin, network: ExactNetwork, sense: str = "equal", squared: bool = False) -> bytes:
    """Certificate that gamma* (or its square) equals, is at least, or is at most the claimed value.

    `sense` is "equal", "lower" (the network alone) or "upper" (the dual alone). Raises ValueError for another sense,
    and beyond the limits of the format.
    """
    if sense not in ("equal", "lower", "upper"):
        raise ValueError(f"certificate: sense {sense!r}, expected equal, lower or upper")
    radicand = max((r for r, _ in claim.exact.terms), default=1)
    if claim.task.k > MOST_K or claim.task.n >= MOST_N or radicand >= MOST_RADICAND:
        raise ValueError(
            f"certificate: k = {claim.task.k}, n = {claim.task.n}, square root of {radicand}; the format takes"
            f" k <= {MOST_K}, n < 2^256, square roots below 10^18"
        )
    value = number(claim.squared if squared else claim.exact)
    result = _head(claim.task, sense, value, squared) | {"rules": []}
    if sense != "lower":
        result["dual"], rules = dual_part(claim)
        result["rules"] += rules
    if sense != "upper":
        result["primal"], rules = primal_part(network)
        result["rules"] += rules
    if sense == "equal":
        result["rules"].append({"rule": "SUPPORT"})
    return seal(result)


def weights_certificate(network: NumericNetwork, bits: int = 40) -> tuple[bytes, Fraction]:
    """A certificate, and its lower bound on gamma*: the normalised margin that these weights, rounded, really have.

    Weights are scaled by a power of two that brings the largest near 1, and rounded to multiples of 2^-bits. Raises
    ValueError when the margin of the rounded network is negative, when the weights are all zero, and when the
    population is too large for a checker to evaluate every logit.
    """
    import numpy as np

    task, k = network.task, network.task.k
    work = task.population * network.width * (task.n + k) * (1 + (k + 1) * (bits + 1) // 256)
    if work > MOST_WORK:
        raise ValueError(
            f"certify: {network.width} neurons on {task.population} inputs take {work:.1e} steps to check,"
            f" limit {MOST_WORK:.0e}; choose a smaller network"
        )
    largest = float(max(np.abs(network.U).max(), np.abs(network.W).max()))
    if not largest > 0:
        raise ValueError("certify: all weights are zero, so the network has no margin")
    scale = 2.0 ** (bits - int(np.ceil(np.log2(largest))))
    U = np.rint(network.U * scale).astype(np.int64)
    W = np.rint(network.W * scale).astype(np.int64)
    kept = np.flatnonzero((U != 0).any(axis=(0, 1)) | (W != 0).any(axis=1))
    u, w = U[:, :, kept].tolist(), W[kept].tolist()
    denominator = 2**bits
    margin = Fraction(_integer_margin(task, u, w), denominator ** (k + 1))
    if margin < 0:
        raise ValueError(f"certify: the margin is {float(margin):.3g}, expected >= 0: it proves no lower bound")
    squares = [
        Fraction(sum(x * x for x in w[i]) + sum(row[i] ** 2 for matrix in u for row in matrix), denominator**2)
        for i in range(len(w))
    ]
    roots = [_root_above(square) for square in squares]
    masses = [s ** ((k + 1) // 2) * (root if k % 2 == 0 else 1) for s, root in zip(squares, roots, strict=True)]
    rules: list[Json] = [{"rule": "ROOT-BOUND", "roots": [fraction(root) for root in roots]}] if k % 2 == 0 else []
    rules.append({"rule": "POPULATION", "margin": fraction(margin)})
    value = _round_down(margin / sum(masses))
    result = _head(task, "lower", number(Surd(value))) | {"rules": rules}
    result["primal"] = {"kind": "weights", "denominator": denominator, "U": u, "W": w}
    return seal(result), value


def _integer_margin(task: ModularAddition, U: list[list[list[int]]], W: list[list[int]]) -> int:
    n, k, lowest = task.n, task.k, []
    columns = list(zip(*W, strict=True))
    for a in product(range(n), repeat=k):
        hidden = [sum(column) ** k for column in zip(*(U[j][a[j]] for j in range(k)), strict=True)]
        logits = [sum(h * w for h, w in zip(hidden, column, strict=True)) for column in columns]
        right = logits.pop(sum(a) % n)
        lowest.append(right - max(logits))
    return min(lowest)


def _root_above(value: Fraction, bits: int = 80) -> Fraction:
    """A rational at or just above the square root, exact where that is rational."""
    p, q = isqrt(value.numerator), isqrt(value.denominator)
    if Fraction(p * p, q * q) == value:
        return Fraction(p, q)
    scaled = (value.numerator << 2 * bits) // value.denominator
    return Fraction(isqrt(scaled) + 1, 1 << bits)


def _round_down(value: Fraction, bits: int = 100) -> Fraction:
    """A simple rational at most 2^-bits (relative) below a positive value."""
    shift = bits + value.denominator.bit_length() - value.numerator.bit_length() if value else 0
    return Fraction((value.numerator << shift) // value.denominator, 1 << shift) if value else value
