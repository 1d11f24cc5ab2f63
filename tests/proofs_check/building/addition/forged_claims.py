"""Forgeries where both bounds are proved, but do not meet the claim or each other."""

from __future__ import annotations

from fractions import Fraction

from margin.numbers.square_roots import Surd
from tests.proofs_check.building.addition.phase_lists import four_neurons
from tests.proofs_check.building.addition.steps import (
    Exact,
    around,
    best_masses,
    best_weights,
    both,
    even_masses,
    even_weights,
    gamma,
    listing,
    lower,
    upper,
    weights,
)
from tests.proofs_check.building.editing import Json, look, number, put
from tests.proofs_check.building.editing import exact as exactly

HAIR = Fraction(1, 10**30)


def support() -> dict[str, Json]:
    best = best_masses(6, 2)
    tilted = {"rotation": best["rotation"] - HAIR, "sign": best["sign"] + 2 * HAIR}
    dual = best_weights(6, 2)
    moved = {"odd": dual["odd"] + 2 * HAIR, "even": dual["even"] - 3 * HAIR}

    def equal(above: Json, below: Json, value: Surd | None = None) -> Json:
        squared = above["claim"]["quantity"] == "squared_margin"
        exact = gamma(above["task"]["n"], above["task"]["k"])
        return both("equal", above, below, number(value or (exact * exact if squared else exact)))

    sign_heavy = lower(8, 1, masses={"rotation": Fraction(1, 6), "sign": Fraction(1, 2)})
    return {
        "positive-weight-where-margins-are-larger": equal(upper(6, 2, dual), lower(6, 2, masses=even_masses(6))),
        "masses-a-hair-off": equal(upper(6, 2, dual), lower(6, 2, masses=tilted)),
        "even-weights-at-even-n": equal(upper(6, 2, even_weights(6)), lower(6, 2)),
        "weights-a-hair-off": equal(upper(6, 2, moved), lower(6, 2)),
        "even-weights-and-even-masses": equal(upper(6, 2, even_weights(6)), lower(6, 2, masses=even_masses(6))),
        "no-weight-on-even-differences": equal(upper(4, 1, {"odd": Fraction(1, 2), "even": 0}), lower(4, 1)),
        "no-weight-on-odd-differences": equal(upper(4, 1, {"odd": 0, "even": 1}), lower(4, 1)),
        "squared": equal(upper(6, 2, dual, squared=True), lower(6, 2, masses=even_masses(6), squared=True)),
        "masses-skew-with-special-phases": equal(
            upper(4, 2, best_weights(4, 2)),
            lower(4, 2, masses=even_masses(4), phases={"rotation": listing(four_neurons())}),
        ),
        "all-weights-with-odd-margins-larger": equal(upper(8, 1, even_weights(8)), sign_heavy),
    }


def claim() -> dict[str, Json]:
    dual, exact = best_weights(6, 2), gamma(6, 2)
    below, above = around(exact)
    square = exact * exact
    square_below, square_above = around(square)
    odd = Fraction(3, 8096)  # n = 23, k = 3

    def at_least(value: Exact, squared: bool = False) -> Json:
        return lower(6, 2, value=value, squared=squared)

    def at_most(value: Exact, squared: bool = False) -> Json:
        return upper(6, 2, dual, value=value, squared=squared)

    def equal(value: Exact) -> Json:
        return both("equal", upper(6, 2, dual), lower(6, 2), number(value))

    def squared_equal(value: Exact) -> Json:
        return both("equal", upper(6, 2, dual, squared=True), lower(6, 2, squared=True), number(value))

    def between(low: Exact, high: Exact, squared: bool = False) -> Json:
        return both(
            "enclosure",
            upper(6, 2, dual, squared=squared),
            lower(6, 2, squared=squared),
            [number(low), number(high)],
        )

    skew = lower(6, 2, masses=even_masses(6))
    margins = look(skew, "rules.TIES.margins")
    heavy = lower(6, 2, masses={"rotation": Fraction(9, 20), "sign": Fraction(1, 10)})
    integers, fifths = weights([[[1], [-1]]], [[1, -1]]), weights([[[3], [-2]]], [[2, -3]], 5)
    signs = (1, 1, 1, 1), (1, 1, -1, -1), (1, -1, 1, -1)  # of three inputs and four neurons, s = 8 each
    outputs = [[x * y * z, -x * y * z] for x, y, z in zip(*signs, strict=True)]
    cubes = weights([[list(row), [-x for x in row]] for row in signs], outputs)
    near = Surd.sqrt(2) * 10**7 - Surd.sqrt(2 * 10**14 - 1)  # enclosures of it are wider by far than of the result
    return {
        "equal-just-below": equal(below),
        "equal-just-above": equal(above),
        "equal-other-root-of-the-square": equal(-exact),
        "equal-conjugate": equal((8 + Surd.sqrt(2)) / 279),
        "equal-prime-formula": both("equal", upper(23, 3, even_weights(23)), lower(23, 3), number(odd + HAIR)),
        "equal-zero": equal(0),
        "squared-not-squared": squared_equal(exact),
        "squared-just-above": squared_equal(square_above),
        "lower-just-above": at_least(above),
        "lower-irrational-just-above": at_least(exact + Surd.sqrt(2) - around(Surd.sqrt(2))[0]),
        "lower-the-larger-margin": put(skew, "claim.value", margins["odd"]),
        "lower-the-larger-margin-even": put(heavy, "claim.value", look(heavy, "rules.TIES.margins.even")),
        "lower-squared-just-above": at_least(square_above, squared=True),
        "lower-squared-negative": at_least(-1, squared=True),
        "lower-squared-negative-by-a-hair": at_least(around(Surd.sqrt(2))[0] - Surd.sqrt(2), squared=True),
        "upper-just-below": at_most(below),
        "upper-squared-just-below": at_most(square_below, squared=True),
        "upper-squared-negative": at_most(-square, squared=True),
        "upper-zero": at_most(0),
        "enclosure-reversed": between(above, below),
        "enclosure-lo-too-high": between(above, 1),
        "enclosure-hi-too-low": between(0, below),
        "enclosure-squared-negative-lo": between(-1, 1, squared=True),
        "enclosure-squared-negative-hi": between(0, -1, squared=True),
        "enclosure-apart-from-both": between(1, 2),
        "weights-positive-by-a-hair": weights([[[1], [1]]], [[1, 1]], value=near - around(near)[0]),
        "weights-norms-not-squared": put(cubes, "claim.value", number(4 * exactly(cubes["claim"]["value"]))),
        "weights-denominator-forgotten": put(fifths, "claim.value", number(5 * exactly(fifths["claim"]["value"]))),
        "weights-just-above": put(integers, "claim.value", number(Fraction(1, 2) + HAIR)),
        "weights-four-terms-just-above": put(
            integers, "claim.value", number(Fraction(1, 2) + Surd.sqrt(999999937) - around(Surd.sqrt(999999937))[0])
        ),
    }


def claim_forgeries() -> dict[str, dict[str, Json]]:
    return {"SUPPORT": support(), "CLAIM": claim()}
