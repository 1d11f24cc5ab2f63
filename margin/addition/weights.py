"""Rounded weights for certificates of addition mod n: how fine a checker can evaluate them, and their exact margin."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from margin.answers.sealing import ADDITION_WORK as MOST_WORK
from margin.answers.sealing import MOST_BYTES
from margin.networks.integer_margin import cubic_margin, largest_logit, packed_margin, rounded, scaled_to_one, slot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from margin.networks.network import Network
    from margin.tasks import ModularAddition

FINE, COARSE = (40, 36, 32, 28, 24, 20, 16, 12), (24, 20, 16, 12, 10, 8)  # bits, of weights and of large weights
MOST_SLOTS = 4 * 10**7  # bytes
LIGHTEST = 30  # bits: of large weights the lightest neurons, together 2^-30 of the mass, are left out


class RoundedWeights(NamedTuple):
    """Integers U (k, n, m) and W (m, n) in units of 2^-bits; `kind` is that of the primal in a certificate."""

    kind: str
    bits: int
    U: NDArray[np.int64]
    W: NDArray[np.int64]


def chosen(task: ModularAddition, network: Network, bits: int | None = None) -> RoundedWeights:
    """The finest rounding that a checker can evaluate, or that of so many bits; raises ValueError beyond the limits."""
    scaled = scaled_to_one(network)
    for precision in FINE if bits is None else (bits,):
        U, W = rounded(*scaled, precision)
        if population_work(task, len(W), precision + 1) <= MOST_WORK and _short(task, len(W), precision):
            return RoundedWeights("weights", precision, U, W)
    largest = max(abs(array).max() for array in scaled)
    for precision in COARSE if bits is None else (bits,):
        factor = (1 - 2.0**-precision) / largest  # so that no bit is wasted, where each costs time
        U, W = rounded(scaled[0] * factor, scaled[1] * factor, precision, LIGHTEST)
        if large_work(task, U, W) <= MOST_WORK and _short(task, len(W), precision):
            return RoundedWeights("large_weights", precision, U, W)
    raise ValueError(
        f"certify: {len(W)} neurons on {task.counted} inputs take {large_work(task, U, W):.1e} steps to check, limit"
        f" {MOST_WORK:.0e} (and {MOST_BYTES} bytes); choose a smaller network"
    )


def exact_margin(task: ModularAddition, weights: RoundedWeights) -> int:
    """The least f[y] - f[c] of the integer weights, exactly."""
    u, w = weights.U.tolist(), weights.W.tolist()
    if task.k == 3 and weights.kind == "large_weights" and largest_logit(u, w) < 2**63:
        return cubic_margin(weights.U, weights.W)
    return packed_margin(task, u, w, weights.bits + 1)


def population_work(task: ModularAddition, width: int, bits: int) -> int:
    """Steps that rule POPULATION counts for integer weights of so many bits."""
    n, k = task.n, task.k
    step = (8 * slot(k, width, bits) * n * (k * bits + 60) + k * 2**15) // 2**17
    return n**k * (4 + n + width * (1 + step))


def large_work(task: ModularAddition, U: NDArray[np.int64], W: NDArray[np.int64]) -> int:
    """Steps of large weights (proofs_check/formats/WEIGHTS.md, 1), or more where the slots take too many bytes."""
    n, k, m = task.n, task.k, len(W)
    bits = int(max(abs(U).max(), abs(W).max())).bit_length()
    size = 8 * (largest_logit(U.tolist(), W.tolist()).bit_length() // 8 + 1)
    slots = m * n ** (2 if k == 3 else 1) * size // 8
    if slots > MOST_SLOTS:
        return MOST_WORK * slots // MOST_SLOTS + 1
    if k == 3:
        return n * (n + 4) * (m * (size * n**2 * (2 * bits + 60) + 2**19) + 2**19 * n**2) // (7 * 2**20)
    return int(n**k * (m * (size * n * (k * bits + 60) + 2**15 * k + 2**17) + 2**17 * (n + k + 16)) // 2**22)


def _short(task: ModularAddition, width: int, bits: int) -> bool:
    return (task.k + 1) * task.n * width * (2 + bits * 3 // 10) <= MOST_BYTES
