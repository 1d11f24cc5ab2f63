"""What is true about gamma*, from closed forms in decimals and from floats, sharing no code with the checkers."""

from __future__ import annotations

import json
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from itertools import product
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.helpers.oracles import neuron_bound
from tests.proofs_check.building.editing import Json, canonical

Array = NDArray[np.float64]
DIGITS, TOLERANCE = 60, Decimal("1e-40")
MOST_WORK = 3_000_000  # array entries of a network that `reached` evaluates


def _decimals(digits: int) -> Context:
    return Context(prec=digits, Emin=-(10**9), Emax=10**9)


def value(terms: list[list[int]]) -> Decimal:
    """A Number of the format, to at least DIGITS digits beyond what its integers can cancel."""
    longest = max((abs(x).bit_length() for term in terms for x in term), default=0)
    with localcontext(_decimals(DIGITS + 2 * longest // 3)):
        return sum((Decimal(p) / Decimal(q) * Decimal(r).sqrt() for r, p, q in terms), Decimal(0))


@lru_cache
def gamma(n: int, k: int) -> Decimal:
    """n c / (n - 1 - [n even] (1 - 2^(-(k-1)/2))), c = k! n^-k (n/2)^((k-1)/2) (k+1)^(-(k+1)/2) below n/2."""
    with localcontext(_decimals(2 * DIGITS)):
        half = Decimal(1) / 2
        unit = factorial(k) / Decimal(n) ** k * Decimal(k + 1) ** (-half * (k + 1))
        if n == 2:
            return 2 * unit * Decimal(2) ** (half * (k - 1))
        cheap = (1 - Decimal(2) ** (-half * (k - 1))) * (n % 2 == 0)
        return n * unit * (Decimal(n) / 2) ** (half * (k - 1)) / (n - 1 - cheap)


def is_true(body: Json) -> bool:
    """Whether the claim of a well-formed certificate holds, up to a relative TOLERANCE."""
    task, claim = body["task"], body["claim"]
    with localcontext(_decimals(2 * DIGITS)):
        truth = gamma(task["n"], task["k"]) ** (2 if claim["quantity"] == "squared_margin" else 1)
        room = truth * TOLERANCE
        if claim["sense"] == "enclosure":
            low, high = map(value, claim["value"])
        else:
            low = high = value(claim["value"])
        above = claim["sense"] == "upper" or low <= truth + room
        below = claim["sense"] == "lower" or high >= truth - room
        return above and below


def ends(body: Json) -> tuple[float, float]:
    """The claim as float bounds on the margin itself, infinite where nothing is claimed."""
    claim = body["claim"]
    values = claim["value"] if claim["sense"] == "enclosure" else [claim["value"]] * 2
    low, high = (float(value(terms)) for terms in values)
    if claim["quantity"] == "squared_margin":
        low, high = low**0.5, high**0.5
    return (-np.inf if claim["sense"] == "upper" else low), (np.inf if claim["sense"] == "lower" else high)


def _cosines(n: int, phase: list[int], z: int) -> Array:
    return np.cos(2 * np.pi * (z * np.arange(n) / n + phase[0] / phase[1]))


def _neurons(block: Json, n: int, k: int) -> list[tuple[list[list[int]], float]]:
    """Phases of the inputs and the output, and share, of each neuron of a block."""
    phases = block["phases"]
    if phases["kind"] == "list":
        return [([*x["phases"], x["output"]], x["share"][0] / x["share"][1]) for x in phases["neurons"]]
    turn, whole = phases["turn"][0] * 2, phases["turn"][1] * 2
    steps = sorted({(j * turn + h * whole // 2) % whole for j in range(whole) for h in (0, 1)})
    if phases["joint"]:
        free = (
            [(x + s) % whole for x, s in zip((j * turn,) * k, signs, strict=True)]
            for j in range(whole)
            for signs in product((0, whole // 2), repeat=k)
        )
        points = sorted({tuple(point) for point in free})
    else:
        points = list(product(steps, repeat=k))
    return [([[p, whole] for p in (*point, sum(point))], 1 / len(points)) for point in points]


def _arrays(primal: Json, n: int, k: int) -> tuple[Array, Array]:
    """U of shape (k, n, m) and W of shape (m, n)."""
    if primal["kind"] in ("weights", "large_weights"):
        scale = max(abs(x) for rows in (*primal["U"], primal["W"]) for row in rows for x in row)
        U = [[[x / scale for x in row] for row in matrix] for matrix in primal["U"]]
        return np.array(U), np.array([[x / scale for x in row] for row in primal["W"]])
    vectors = []
    for block in primal["blocks"]:
        first, last = block["frequencies"]
        mass = float(value(block["mass_each"]))
        for z, (phases, share) in product(range(first, last + 1), _neurons(block, n, k)):
            cosines = np.array([_cosines(n, phase, z) for phase in phases])
            size = (mass * share) ** (1 / (k + 1)) / np.linalg.norm(cosines)
            vectors.append(cosines * size)
    stacked = np.array(vectors)
    return stacked[:, :k].transpose(1, 2, 0), stacked[:, k]


def _entries(primal: Json, n: int, k: int) -> int:
    if primal["kind"] in ("weights", "large_weights"):
        width = len(primal["W"])
    else:
        sizes = [
            len(p["neurons"]) if p["kind"] == "list" else (2 * p["turn"][1]) ** (1 if p["joint"] else k) << k
            for p in (block["phases"] for block in primal["blocks"])
        ]
        width = sum(n * size for size in sizes)
    return int(n**k * width)


@lru_cache(maxsize=4096)
def _reached(primal: bytes, n: int, k: int) -> float | None:
    network: dict[str, Any] = json.loads(primal)
    if _entries(network, n, k) > MOST_WORK:
        return None
    U, W = _arrays(network, n, k)
    hidden = np.zeros((1,) * k + (U.shape[2],))
    for j in range(k):
        hidden = hidden + U[j].reshape((1,) * j + (n,) + (1,) * (k - 1 - j) + (-1,))
    logits = (hidden**k).reshape(n**k, -1) @ W
    labels = np.indices((n,) * k).sum(axis=0).reshape(-1, 1) % n
    right = np.take_along_axis(logits, labels, axis=1)[:, 0].copy()
    np.put_along_axis(logits, labels, -np.inf, axis=1)
    masses = ((U**2).sum(axis=(0, 1)) + (W**2).sum(axis=1)) ** ((k + 1) / 2)
    return float((right - logits.max(axis=1)).min() / masses.sum())


def reached(body: Json) -> float | None:
    """The normalised margin that the primal really has, in float64; None where it is too large to evaluate."""
    return _reached(canonical(body["primal"]), body["task"]["n"], body["task"]["k"])


def excluded(body: Json) -> float | None:
    """The bound that the dual really gives, in float64; None for large n."""
    n, k = body["task"]["n"], body["task"]["k"]
    if n > 100:
        return None
    entries = {entry["differences"]: float(value(entry["each"])) for entry in body["dual"]["class_weights"]}
    return neuron_bound(n, k, [entries.get("all", entries.get("odd" if d % 2 else "even", 0.0)) for d in range(1, n)])


def proves_it(body: Json) -> bool:
    """Whether the network and the class weights in the file give the bounds claimed, as far as floats can see."""
    low, high = ends(body)
    margin = reached(body) if "primal" in body else None
    bound = excluded(body) if "dual" in body else None
    room = 1e-9 * float(gamma(body["task"]["n"], body["task"]["k"]))
    return (margin is None or low <= margin + room) and (bound is None or high >= bound - room)
