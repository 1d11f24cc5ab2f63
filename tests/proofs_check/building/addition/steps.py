"""Certificates written step by step: forge one step, and the later steps still follow from it.

So a checker that forgets to verify that one step accepts the whole file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import factorial, isqrt
from typing import Any

from margin.addition.maximum import maximum_margin
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from tests.proofs_check.building.editing import Json, fraction, number

Exact = Surd | Fraction | int
FORMAT = "algebraic-margin certificate"


def head(n: int, k: int, sense: str, value: Any, squared: bool = False) -> Json:
    return {
        "format": FORMAT,
        "version": 1,
        "claim": {"quantity": "squared_margin" if squared else "margin", "sense": sense, "value": value},
        "task": {"kind": "modular_addition", "n": n, "k": k},
        "norm": {"inner": 2, "outer": k + 1},
    }


def kinds(n: int) -> list[str]:
    return ["rotation"] * (n >= 3) + ["sign"] * (n % 2 == 0)


def best_weights(n: int, k: int) -> dict[str, Surd]:
    """The class weights of the optimal dual."""
    return {entry.where: entry.each for entry in maximum_margin(ModularAddition(n, k)).class_weights}


def even_weights(n: int) -> dict[str, Surd]:
    """All wrong labels alike: optimal for odd n only."""
    return {"all": Surd(Fraction(1, n - 1))}


def best_masses(n: int, k: int) -> dict[str, Surd]:
    return {c.kind: c.mass for c in maximum_margin(ModularAddition(n, k)).blocks}


def even_masses(n: int) -> dict[str, Surd]:
    """All frequencies alike: optimal for odd n only."""
    return dict.fromkeys(kinds(n), Surd(Fraction(1, n // 2)))


def gamma(n: int, k: int) -> Surd:
    return maximum_margin(ModularAddition(n, k)).exact


def around(value: Surd, digits: int = 40) -> tuple[Fraction, Fraction]:
    """Rationals below and above, so near that floating point sees the value itself."""
    middle, width = Fraction(value.decimal(digits)), abs(Fraction(value.decimal(1))) / 10 ** (digits - 2)
    return middle - width, middle + width


def scaled_root(value: Fraction | int, exponent: int) -> Surd:
    """value^(exponent / 2)."""
    return Surd.half_power(value, exponent)


def _numbers(n: int, derived: Mapping[str, Exact], stated: Mapping[str, Exact] | None) -> dict[str, Surd]:
    """What is derived, with what is stated in its place, for the kinds of frequency that n has."""
    return {kind: Surd(({**derived} | {**(stated or {})})[kind]) for kind in kinds(n)}


def _json(values: Mapping[str, Exact]) -> Json:
    return {name: number(value) for name, value in values.items()}


def upper(
    n: int,
    k: int,
    weights: Mapping[str, Exact],
    *,
    inputs: tuple[int, Fraction] | None = None,
    counts: Mapping[str, int] | None = None,
    coefficient: int | None = None,
    multipliers: Mapping[str, Exact] | None = None,
    bounds: Mapping[str, Exact] | None = None,
    mean: Exact | None = None,
    bound: Exact | None = None,
    value: Exact | None = None,
    squared: bool = False,
) -> Json:
    """gamma* <= value from a dual; whatever is not stated is derived from what stands before it."""
    true_counts = {"all": n - 1, "odd": n // 2, "even": n // 2 - 1} | {**(counts or {})}
    odd, even = (Surd(weights.get(parity, weights.get("all", 0))) for parity in ("odd", "even"))
    half = Fraction(n, 2)
    multipliers = _numbers(n, {"rotation": 1 + even, "sign": 1 + half * odd - (half - 1) * even}, multipliers)
    coefficient = factorial(k) if coefficient is None else coefficient
    scale = {kind: Surd(Fraction(abs(coefficient), n**k)) for kind in multipliers}
    spread = {"rotation": scaled_root(half, k - 1), "sign": scaled_root(n, k - 1)}
    bounds = _numbers(n, {x: scale[x] * spread[x] * m for x, m in multipliers.items()}, bounds)
    mean = Surd(max(bounds.values()) if mean is None else mean)
    bound = Surd(mean / scaled_root(k + 1, k + 1) if bound is None else bound)
    value = Surd((bound * bound if squared else bound) if value is None else value)
    count, each = inputs or (n**k, Fraction(1, n**k))
    return head(n, k, "upper", number(value), squared) | {
        "dual": {
            "inputs": {"count": count, "each": fraction(each)},
            "class_weights": [
                {"differences": name, "count": true_counts[name], "each": number(weight)}
                for name, weight in weights.items()
            ],
        },
        "rules": [
            {"rule": "DUAL-FEASIBLE"},
            {"rule": "EXPAND", "coefficient": coefficient},
            {"rule": "FOURIER", "multipliers": _json(multipliers)},
            {"rule": "PLANCHEREL", "bounds": _json(bounds)},
            {"rule": "POWER-MEAN", "bound": number(mean)},
            {"rule": "AM-GM", "bound": number(bound)},
        ],
    }


def group(turn: Fraction, joint: bool = True) -> Json:
    return {"kind": "group", "joint": joint, "turn": fraction(turn)}


def listing(neurons: Sequence[tuple[Sequence[Fraction], Fraction, Fraction]]) -> Json:
    """Neurons (input phases, output phase, share), put in order."""
    return {
        "kind": "list",
        "neurons": [
            {"phases": [fraction(p) for p in phases], "output": fraction(output), "share": fraction(share)}
            for phases, output, share in sorted(neurons, key=lambda x: (*x[0], x[1]))
        ],
    }


def lower(
    n: int,
    k: int,
    *,
    masses: Mapping[str, Exact] | None = None,
    phases: Mapping[str, Json] | None = None,
    values: Mapping[str, Exact] | None = None,
    margins: Mapping[str, Exact] | None = None,
    value: Exact | None = None,
    squared: bool = False,
) -> Json:
    """gamma* >= value from blocks of cosines; whatever is not stated is derived from what stands before it."""
    masses = _numbers(n, best_masses(n, k), masses)
    groups = {"rotation": group(Fraction(1, 2 * (k + 1))), "sign": group(Fraction(1, 2))} | {**(phases or {})}
    unit = Fraction(1, (k + 1) * n)
    amplitudes = {"rotation": scaled_root(2 * unit, k + 1) / 2**k, "sign": scaled_root(unit, k + 1)}
    values = _numbers(n, {kind: factorial(k) * value for kind, value in amplitudes.items()}, values)
    turning, flipping = (masses.get(x, Surd()) * values.get(x, Surd()) for x in ("rotation", "sign"))
    rotations = (n - 1) // 2
    derived = {"odd": turning * rotations + 2 * flipping, "even": turning * (rotations + 1)}
    if n == 2 or n % 2:
        derived = {"all": 2 * flipping if n == 2 else turning * (rotations + Fraction(1, 2))}
    exact = {name: Surd(margin) for name, margin in ({**derived} | {**(margins or {})}).items()}
    least = min(exact.values())
    value = Surd((least * least if squared else least) if value is None else value)
    ranges = {"rotation": [1, rotations], "sign": [n // 2, n // 2]}
    blocks = [
        {"frequencies": ranges[kind], "mass_each": number(masses[kind]), "phases": groups[kind]} for kind in kinds(n)
    ]
    return head(n, k, "lower", number(value), squared) | {
        "primal": {"kind": "blocks", "blocks": blocks},
        "rules": [
            {"rule": "NORM"},
            {"rule": "PHASES"},
            {"rule": "AMPLITUDE", "values": _json(values)},
            {"rule": "TIES", "margins": _json(exact)},
        ],
    }


def both(sense: str, above: Json, below: Json, value: Any) -> Json:
    """`equal` or `enclosure` from an upper and a lower certificate of one task; the value as it stands in the file."""
    squared = above["claim"]["quantity"] == "squared_margin"
    support = [{"rule": "SUPPORT"}] if sense == "equal" else []
    return head(above["task"]["n"], above["task"]["k"], sense, value, squared) | {
        "dual": above["dual"],
        "primal": below["primal"],
        "rules": [*above["rules"], *below["rules"], *support],
    }


def enclosure(above: Json, below: Json) -> Json:
    return both("enclosure", above, below, [below["claim"]["value"], above["claim"]["value"]])


Matrix = list[list[int]]


def gaps(U: list[Matrix], W: Matrix) -> list[list[int]]:
    """f[y] - f[c] of every input, for c = y + 1, y + 2, ..., in units of denominator^-(k+1)."""
    k, n, width = len(U), len(W[0]), len(W)
    rows = []
    for a in product(range(n), repeat=k):
        hidden = [sum(U[j][a[j]][i] for j in range(k)) ** k for i in range(width)]
        logits = [sum(h * W[i][c] for i, h in enumerate(hidden)) for c in range(n)]
        rows.append([logits[sum(a) % n] - logits[(sum(a) + d) % n] for d in range(1, n)])
    return rows


def one_long_weight(n: int, k: int, width: int, bits: int) -> Json:
    """gamma* >= 0 from weights that are all 1 but one, which has so many bits; without evaluating them."""
    U = [[[1] * width for _ in range(n)] for _ in range(k)]
    U[0][0][0] = 2**bits - 1
    return weights(U, [[1] * n] * width, margin=Fraction(0), value=0)


def root_above(value: Fraction) -> Fraction:
    """A rational at or just above the square root."""
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return root if root**2 == value else Fraction(isqrt((value.numerator << 64) // value.denominator) + 1, 1 << 32)


def weights(
    U: list[Matrix],
    W: Matrix,
    denominator: int = 1,
    *,
    roots: Sequence[Fraction | int] | None = None,
    margin: Fraction | None = None,
    value: Exact | None = None,
    squared: bool = False,
) -> Json:
    """gamma* >= value from integer weights; whatever is not stated is derived from what stands before it."""
    k, n = len(U), len(W[0])
    squares = [
        Fraction(sum(x * x for x in w) + sum(row[i] ** 2 for matrix in U for row in matrix), denominator**2)
        for i, w in enumerate(W)
    ]
    roots = [root_above(square) for square in squares] if roots is None else roots
    margin = Fraction(min(map(min, gaps(U, W))), denominator ** (k + 1)) if margin is None else margin
    masses = (s ** ((k + 1) // 2) * (root if k % 2 == 0 else 1) for s, root in zip(squares, roots, strict=False))
    bound = margin / (sum(masses, Fraction(0)) or 1)
    value = Surd((bound * bound if squared else bound) if value is None else value)
    root_bound: list[Json] = [{"rule": "ROOT-BOUND", "roots": [fraction(root) for root in roots]}]
    return head(n, k, "lower", number(value), squared) | {
        "primal": {"kind": "weights", "denominator": denominator, "U": U, "W": W},
        "rules": [*(root_bound if k % 2 == 0 else []), {"rule": "POPULATION", "margin": fraction(margin)}],
    }
