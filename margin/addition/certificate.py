"""Writes certificates of addition mod n (proofs_check/formats: ADDITION.md, WEIGHTS.md). Untrusted by design."""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial, lcm
from typing import TYPE_CHECKING, Any

from margin.addition.construction import construct_uniform
from margin.addition.maximum import AdditionMargin, neuron_value
from margin.answers.sealing import ADDITION_WORK as MOST_WORK
from margin.answers.sealing import MOST_K, MOST_N, Json, fraction, number, sealed
from margin.networks.activations import Power
from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.networks.phases import PhaseGroup
from margin.numbers.integers import prime_factors
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition, SharedEmbedding, count

if TYPE_CHECKING:
    from margin.networks.network import Network

MOST_COMMON = 2**1024  # a common denominator of shares, or of roots
ROOT_BITS = 80  # of the square roots in ROOT-BOUND


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


def primal_part(network: CosineNetwork) -> tuple[Json, list[Json]]:
    """Blocks of an exact network and their rules, from NORM to TIES."""
    task = network.task
    _require_phases(network)
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


def _require_phases(network: CosineNetwork) -> None:
    """Raise ValueError for blocks and lists of phases that are beyond the limits of the format."""
    if len(network.blocks) > 2:
        raise ValueError(
            f"certificate: {len(network.blocks)} blocks; the format takes one of rotation frequencies and one for n/2:"
            " `construct_uniform` makes that network"
        )
    lists = [block for block in network.blocks if not isinstance(block.phase_set, PhaseGroup)]
    work = sum(phase_work(network.task, block) for block in lists)
    if work > MOST_WORK:
        raise ValueError(f"certificate: its phases take {work:.1e} steps to check; the format takes {MOST_WORK:.0e}")
    for block in lists:
        if lcm(*(share.denominator for share in block.phase_set.weights())) > MOST_COMMON:
            raise ValueError("certificate: the shares have a common denominator above 2^1024, the limit of the format")


def phase_work(task: ModularAddition, block: Block) -> int:
    """Steps that rule PHASES counts for a list of phases (ADDITION.md, section 5)."""
    n, k, phases = task.n, task.k, block.phase_set
    points = [Fraction(p, phases.denominator) for angles, omega in phases.points() for p in (*angles, omega)]
    common = lcm(*(point.denominator for point in points))
    orders = [order for order in range(3, 2 * k + 1) if n % order == 0] + ([2 * k + 1] if n > 2 * k else [])
    orders = [2] if 2 * block.frequencies.start == n else orders
    exponents = sum(comb(k - 1, i) * comb(2 * k - i, k) for i in range(k))
    primes = len(prime_factors(common)) if common > 1 else 0
    return len(orders) * exponents * (k * (len(points) // (k + 1)) + (1 + primes) * common)


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
    """The certificate of a prediction with the construction's network, the same at all orders; as `certificate`."""
    return certificate(prediction, construct_uniform(prediction.task, construction, prediction), sense)


def certificate(claim: AdditionMargin, network: CosineNetwork, sense: str = "equal", squared: bool = False) -> bytes:
    """Certificate that gamma* (or its square) equals, is at least, or is at most the claimed value.

    `sense` is "equal", "lower" (the network alone) or "upper" (the dual alone). Raises ValueError for another sense,
    and beyond the limits of the format.
    """
    if sense not in ("equal", "lower", "upper"):
        raise ValueError(f"certificate: sense {sense!r}, expected equal, lower or upper")
    if claim.task.k > MOST_K or claim.task.n >= MOST_N:
        raise ValueError(
            f"certificate: k = {claim.task.k}, n = {claim.task.n}; the format takes k <= {MOST_K}, n < 2^256"
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
    return sealed(result)


def weights_certificate(network: Network, bits: int | None = None) -> tuple[bytes, Fraction]:
    """A certificate, and its lower bound on gamma*: the normalised margin that these weights, rounded, really have.

    Weights are scaled by a power of two that brings the largest near 1, and rounded to multiples of 2^-bits; without
    `bits`, the finest of 2^-40, 2^-36..2^-12 that a checker can evaluate within the limits of weights, or else the
    finest of 2^-24..2^-8 within those of large weights, which a checker evaluates in about a minute. The lightest
    neurons are left out, together 2^-bits of the mass (of large weights 2^-30). Raises ValueError for another task or
    activation than addition with x^k, beyond these limits, when the margin of the rounded network is negative, and for
    all-zero weights.
    """
    from margin.addition.weights import chosen, exact_margin
    from margin.networks.integer_margin import mass_above, root_above, round_down

    task = network.on
    separate = not isinstance(task, SharedEmbedding)
    if not (isinstance(task, ModularAddition) and separate and network.activation == Power(task.k)):
        raise ValueError(
            f"certify: weights on {task} with activation {network.activation}; certificates from weights exist for"
            " addition mod n with activation x^k"
        )
    k = task.k
    weights = chosen(task, network, bits)
    u, w = weights.U.tolist(), weights.W.tolist()
    denominator = 2**weights.bits
    margin = Fraction(exact_margin(task, weights), denominator ** (k + 1))
    if margin < 0:
        raise ValueError(f"certify: the margin is {float(margin):.3g}, expected >= 0: it proves no lower bound")
    squares = [
        Fraction(sum(x * x for x in w[i]) + sum(row[i] ** 2 for matrix in u for row in matrix), denominator**2)
        for i in range(len(w))
    ]
    roots = [root_above(square, ROOT_BITS) for square in squares]
    rules: list[Json] = [{"rule": "ROOT-BOUND", "roots": [fraction(root) for root in roots]}] if k % 2 == 0 else []
    rules.append({"rule": "POPULATION", "margin": fraction(margin)})
    value = round_down(margin / mass_above(squares, k + 1, ROOT_BITS))
    result = _head(task, "lower", number(Surd(value))) | {"rules": rules}
    result["primal"] = {"kind": weights.kind, "denominator": denominator, "U": u, "W": w}
    return sealed(result), value
