"""Forgeries of upper bounds: one step is wrong, everything after it follows from it."""

from __future__ import annotations

from fractions import Fraction

from margin.numbers.square_roots import Surd
from tests.proofs_check.building.addition.steps import (
    around,
    best_weights,
    even_weights,
    one_long_weight,
    scaled_root,
    upper,
)
from tests.proofs_check.building.editing import Json, exact, put

HAIR = Fraction(1, 10**30)


def norm_exponent() -> dict[str, Json]:
    right = upper(5, 2, even_weights(5))
    norms = {"off-by-one": (2, 2), "k-plus-two": (2, 4), "inner-one": (1, 3), "exchanged": (3, 2), "zero": (2, 0)}
    work = {"just-below": (42, 1, 7, 7253), "at": (50, 2, 2, 912)}  # of evaluating the weights, which is not reached
    return {
        **{name: put(right, "norm", {"inner": inner, "outer": outer}) for name, (inner, outer) in norms.items()},
        **{f"work-{name}-the-limit": put(one_long_weight(*x), "norm.outer", 9) for name, x in work.items()},
    }


def dual_feasible() -> dict[str, Json]:
    tilted = {"odd": Fraction(1, 2) + Fraction(1, 100), "even": -Fraction(2, 100)}
    below = around(Surd.sqrt(2))[0] - Surd.sqrt(2)  # negative, but 0 in floating point
    three = even_weights(3)
    return {
        "q-not-normalised": upper(3, 2, three, inputs=(9, Fraction(1, 10))),
        "q-exceeds-one": upper(3, 2, three, inputs=(9, Fraction(1, 8))),
        "q-on-more-inputs-than-there-are": upper(3, 2, three, inputs=(18, Fraction(1, 18))),
        "q-on-part-of-the-inputs": upper(3, 2, three, inputs=(3, Fraction(1, 3))),
        "q-on-fewer-inputs-than-there-are": upper(3, 2, three, inputs=(8, Fraction(1, 9))),
        "q-negative": upper(3, 2, three, inputs=(9, Fraction(-1, 9))),
        "q-on-minus-the-inputs": upper(3, 2, three, inputs=(-9, Fraction(-1, 9))),
        "q-off-by-a-hair": upper(3, 2, three, inputs=(9, Fraction(1, 9) + HAIR)),
        "weight-negative": upper(4, 1, tilted),
        "weight-negative-by-a-hair": upper(4, 1, {"odd": (1 - below) / 2, "even": below}),
        "weight-negative-on-odd-differences": upper(8, 2, {"odd": Fraction(-1, 4), "even": Fraction(2, 3)}),
        "weight-on-the-right-label": upper(5, 2, {"all": Fraction(1, 5)}, counts={"all": 5}),
        "weight-on-difference-0-as-even": upper(
            6, 2, {"odd": Fraction(1, 6), "even": Fraction(1, 6)}, counts={"even": 3}
        ),
        "counts-exchanged": upper(8, 2, best_weights(8, 2), counts={"odd": 3, "even": 4}),
        "odd-count-too-large": upper(8, 2, {"odd": Fraction(1, 8), "even": Fraction(1, 8)}, counts={"odd": 5}),
        "weights-sum-to-less": upper(5, 2, {"all": Fraction(1, 5)}),
        "weights-zero": upper(5, 2, {"all": 0}),
        "weights-sum-to-more": upper(5, 2, {"all": Fraction(1, 3)}),
        "weights-off-by-a-hair": upper(5, 2, {"all": Fraction(1, 4) - HAIR}),
        "weights-irrational-sum": upper(4, 2, {"odd": Surd.sqrt(2) / 4, "even": Surd.sqrt(2) / 5}),
    }


def expand() -> dict[str, Json]:
    def forged(k: int, coefficient: int) -> Json:
        return upper(5, k, even_weights(5), coefficient=coefficient)

    return {
        "k-to-the-k": forged(3, 27),
        "k-minus-one-factorial": forged(4, 6),
        "k-plus-one-factorial": forged(4, 120),
        "pairs-counted-once": forged(2, 1),
        "negative": forged(2, -2),
        "zero": forged(2, 0),
        "k-is-1-but-2": forged(1, 2),
        "double-factorial": forged(5, 15),
    }


def fourier() -> dict[str, Json]:
    best = best_weights(6, 2)
    odd, even = best["odd"], best["even"]
    right = upper(6, 2, best)
    multipliers = right["rules"][2]["multipliers"]
    exchanged = {"rotation": multipliers["sign"], "sign": multipliers["rotation"]}
    return {
        "plus-and-minus-exchanged": upper(5, 2, even_weights(5), multipliers={"rotation": Fraction(3, 4)}),
        "zero-frequency": upper(5, 2, even_weights(5), multipliers={"rotation": 0}),
        "sum-over-difference-0-too": upper(5, 2, even_weights(5), multipliers={"rotation": 1}),
        "sign-at-n-2": upper(2, 2, even_weights(2), multipliers={"sign": 1}),
        "sign-minus-one-at-n-2": upper(2, 1, even_weights(2), multipliers={"sign": 0}),
        "sign-as-if-rotation": upper(6, 2, best, multipliers={"sign": 1 + even}),
        "rotation-by-odd-weight": upper(6, 2, best, multipliers={"rotation": 1 + odd}),
        "one-even-difference-too-many": upper(6, 2, best, multipliers={"sign": 1 + 3 * odd - 3 * even}),
        "one-odd-difference-too-few": upper(6, 2, best, multipliers={"sign": 1 + 2 * odd - 2 * even}),
        "even-differences-left-out": upper(6, 2, best, multipliers={"sign": 1 + 3 * odd}),
        "kinds-exchanged": put(right, "rules.FOURIER.multipliers", exchanged),
        "negative": upper(5, 2, even_weights(5), multipliers={"rotation": Fraction(-5, 4)}),
        "off-by-a-hair": upper(5, 2, even_weights(5), multipliers={"rotation": Fraction(5, 4) - HAIR}),
        "all-weights-even-n-sign-doubled": upper(8, 1, even_weights(8), multipliers={"sign": Fraction(9, 7)}),
    }


def _bounds(n: int, k: int, **factors: Surd | Fraction | int) -> Json:
    """The optimal dual, with some PLANCHEREL bounds multiplied."""
    weights = best_weights(n, k)
    right = upper(n, k, weights)["rules"][3]["bounds"]
    bounds = {kind: factor * exact(right[kind]) for kind, factor in factors.items()}
    return upper(n, k, weights, bounds=bounds)


def plancherel() -> dict[str, Json]:
    root = Surd.sqrt(Fraction(5, 2)) * Fraction(2, 25) * Fraction(5, 4)  # n = 5, k = 2
    return {
        "delta-one-for-rotations": _bounds(5, 2, rotation=scaled_root(2, 1)),
        "delta-two-for-sign": _bounds(6, 2, sign=scaled_root(Fraction(1, 2), 1)),
        "delta-four-for-rotations": _bounds(7, 3, rotation=Fraction(1, 2)),
        "root-of-wrong-sign": upper(5, 2, even_weights(5), bounds={"rotation": -root}, bound=root / scaled_root(3, 3)),
        "sign-root-of-wrong-sign": _bounds(6, 2, sign=-1),
        "rounded-down": upper(5, 2, even_weights(5), bounds={"rotation": around(root)[0]}),
        "rounded-up": upper(5, 2, even_weights(5), bounds={"rotation": around(root)[1]}),
        "inputs-counted-n-to-the-k-plus-1": _bounds(5, 2, rotation=Fraction(1, 5)),
        "spread-to-the-k": _bounds(8, 2, rotation=2, sign=scaled_root(8, 1)),
        "spread-forgotten": _bounds(8, 3, rotation=Fraction(1, 4), sign=Fraction(1, 8)),
        "k-factorial-forgotten": _bounds(5, 3, rotation=Fraction(1, 6)),
        "multiplier-squared": _bounds(2, 2, sign=2),
        "multiplier-forgotten": _bounds(2, 1, sign=Fraction(1, 2)),
        "zero": upper(5, 2, even_weights(5), bounds={"rotation": 0}),
    }


def power_mean() -> dict[str, Json]:
    weights = even_weights(6)  # sign: sqrt(6) / 15, rotation: sqrt(3) / 15
    rotation, sign = scaled_root(3, 1) / 15, scaled_root(6, 1) / 15
    turning: dict[str, int | Fraction] = {"odd": 0, "even": Fraction(1, 2)}  # no sign bound
    return {
        "smaller-of-two": upper(6, 2, weights, mean=rotation),
        "smaller-of-two-sign": upper(6, 2, turning, mean=0),
        "average": upper(6, 2, weights, mean=(rotation + sign) / 2),
        "sum": upper(6, 2, weights, mean=rotation + sign),
        "above-both": upper(6, 2, weights, mean=sign + HAIR),
        "rounded": upper(6, 2, weights, mean=around(sign)[0]),
        "times-the-number-of-frequencies": upper(5, 2, even_weights(5), mean=2 * scaled_root(Fraction(5, 2), 1) / 10),
        "zero": upper(5, 2, even_weights(5), mean=0),
    }


def am_gm() -> dict[str, Json]:
    mean = Surd.sqrt(Fraction(5, 2)) / 10  # n = 5, k = 2
    right = mean / scaled_root(3, 3)

    def forged(bound: Surd | Fraction | int, value: Surd | None = None) -> Json:
        return upper(5, 2, even_weights(5), bound=bound, value=value)

    return {
        "k-plus-1-forgotten": upper(2, 1, even_weights(2), bound=1),
        "k-instead-of-k-plus-1": forged(mean / scaled_root(2, 3)),
        "power-k": forged(mean / 3),
        "power-k-plus-2": forged(mean / 9),
        "not-the-root": forged(mean / 27),
        "root-of-wrong-sign": forged(-right),
        "root-of-wrong-sign-true-claim": forged(-right, right),
        "rounded-down": forged(around(right)[0]),
        "rounded-up": forged(around(right)[1]),
        "zero": forged(0),
    }


def dual_forgeries() -> dict[str, dict[str, Json]]:
    return {
        "NORM-EXPONENT": norm_exponent(),
        "DUAL-FEASIBLE": dual_feasible(),
        "EXPAND": expand(),
        "FOURIER": fourier(),
        "PLANCHEREL": plancherel(),
        "POWER-MEAN": power_mean(),
        "AM-GM": am_gm(),
    }
