"""Writes certificates for proofs_check/FORMAT.md. Untrusted by design: only the checkers' verdicts count."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import factorial, isqrt
from operator import mul
from typing import TYPE_CHECKING, Any

from margin.addition.construction import construct
from margin.addition.maximum import AdditionMargin, neuron_value
from margin.answers.sealing import MOST_K, MOST_N, MOST_RADICAND, Json, fraction, number, seal
from margin.networks.cosines import Block, ExactNetwork
from margin.networks.phases import PhaseGroup
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition, count

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

    from margin.networks.numeric import NumericNetwork

MOST_WORK, MOST_BYTES = 10**7, 4_000_000


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


def dual_part(claim: AdditionMargin) -> tuple[Json, list[Json]]:
    """The dual and its rules, from DUAL-FEASIBLE to AM-GM."""
    task, n, k = claim.task, claim.task.n, claim.task.k
    entries = [{"differences": w.where, "count": w.count, "each": number(w.each)} for w in claim.class_weights]
    weights = {w.where: w.each for w in claim.class_weights}
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


def certify(prediction: AdditionMargin, sense: str = "equal", construction: str = "minimal") -> bytes:
    """The certificate of a prediction with the construction's network; raises as `certificate`."""
    return certificate(prediction, construct(prediction.task, construction, prediction), sense)


def certificate(claim: AdditionMargin, network: ExactNetwork, sense: str = "equal", squared: bool = False) -> bytes:
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
            f" k <= {MOST_K}, n < 2^256, square roots below 10^15"
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


def weights_certificate(network: NumericNetwork, bits: int | None = None) -> tuple[bytes, Fraction]:
    """A certificate, and its lower bound on gamma*: the normalised margin that these weights, rounded, really have.

    Weights are scaled by a power of two that brings the largest near 1, and rounded to multiples of 2^-bits; without
    `bits`, the finest of 2^-40, 2^-36..2^-12 that a checker can evaluate within the limits of the format. The lightest
    neurons, together 2^-bits of the mass, are left out. Raises ValueError beyond these limits, when the margin of the
    rounded network is negative, and for all-zero weights.
    """
    import numpy as np

    task, k = network.task, network.task.k
    largest = float(max(np.abs(network.U).max(), np.abs(network.W).max()))
    if not largest > 0:
        raise ValueError("certify: all weights are zero, so the network has no margin")
    exponent = -int(np.ceil(np.log2(largest)))
    for precision in (40, 36, 32, 28, 24, 20, 16, 12) if bits is None else (bits,):
        U, W = _rounded(np.ldexp(network.U, exponent), np.ldexp(network.W, exponent), precision)
        if _fits(task, U.shape[2], precision):
            break
    else:
        raise ValueError(
            f"certify: {U.shape[2]} neurons on {task.population} inputs take"
            f" {population_work(task, U.shape[2], precision + 1):.1e} steps to check, limit {MOST_WORK:.0e}"
            f" (and {MOST_BYTES} bytes); choose a smaller network"
        )
    u, w = U.tolist(), W.tolist()
    denominator = 2**precision
    margin = Fraction(_integer_margin(task, u, w, precision + 1), denominator ** (k + 1))
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
    content = seal(result)
    if len(content) > MOST_BYTES:
        raise ValueError(f"certify: the certificate has {len(content)} bytes, limit {MOST_BYTES}; fewer neurons fit")
    return content, value


def _slot(k: int, width: int, bits: int) -> int:
    """Bytes that hold any logit of integer weights of so many bits, with its sign."""
    return ((k + 1) * bits + k * k.bit_length() + width.bit_length() + 9) // 8


def population_work(task: ModularAddition, width: int, bits: int) -> int:
    """Steps that rule POPULATION counts for integer weights of so many bits."""
    n, k = task.n, task.k
    step = (8 * _slot(k, width, bits) * n * (k * bits + 60) + k * 2**15) // 2**17
    return n**k * (4 + n + width * (1 + step))


def _fits(task: ModularAddition, width: int, bits: int) -> bool:
    size = (task.k + 1) * task.n * width * (2 + bits * 3 // 10)
    return population_work(task, width, bits + 1) <= MOST_WORK and size <= MOST_BYTES


def _rounded(U: NDArray[float64], W: NDArray[float64], bits: int) -> tuple[NDArray[int64], NDArray[int64]]:
    """Multiples of 2^-bits, without neurons that round to 0 and the lightest, together 2^-bits of the mass."""
    import numpy as np

    masses = ((U**2).sum(axis=(0, 1)) + (W**2).sum(axis=1)) ** ((len(U) + 1) / 2)
    lightest = np.argsort(masses)
    heavy = np.ones(len(W), dtype=bool)
    heavy[lightest[np.cumsum(masses[lightest]) <= 2.0**-bits * masses.sum()]] = False
    rounded_U = np.rint(np.ldexp(U, bits)).astype(np.int64)
    rounded_W = np.rint(np.ldexp(W, bits)).astype(np.int64)
    kept = heavy & ((rounded_U != 0).any(axis=(0, 1)) | (rounded_W != 0).any(axis=1))
    return rounded_U[:, :, kept], rounded_W[kept]


def _integer_margin(task: ModularAddition, U: list[list[list[int]]], W: list[list[int]], bits: int) -> int:
    """Exact margin of integer weights; the logits of an input are summed in one integer."""
    n, k, lowest = task.n, task.k, []
    size = _slot(k, len(W), bits)
    packed = [sum(w << 8 * size * c for c, w in enumerate(row)) for row in W]
    middle = sum(1 << 8 * size * (c + 1) - 1 for c in range(n))
    for a in product(range(n), repeat=k):
        hidden = (sum(column) ** k for column in zip(*(U[j][x] for j, x in enumerate(a)), strict=True))
        row = (sum(map(mul, hidden, packed)) + middle).to_bytes(n * size, "little")
        logits = [int.from_bytes(row[size * c : size * (c + 1)], "little") for c in range(n)]
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
