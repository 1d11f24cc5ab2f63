"""Forgeries of lower bounds: one step is wrong, everything after it follows from it."""

from __future__ import annotations

from fractions import Fraction

from margin.numbers.square_roots import Surd
from tests.proofs_check.building.addition.phase_lists import (
    Neuron,
    equal_shares,
    fine_phases,
    four_neurons,
    golden,
    group_list,
    group_points,
    order_six,
    turns,
    weighted_sums,
)
from tests.proofs_check.building.addition.steps import (
    around,
    best_masses,
    best_weights,
    both,
    even_masses,
    gamma,
    gaps,
    group,
    listing,
    lower,
    root_above,
    scaled_root,
    upper,
    weights,
)
from tests.proofs_check.building.editing import Json, drop, exact, look, number, put

HAIR = Fraction(1, 10**30)
SQUARES = [[[1, 1], [-1, -1]], [[1, -1], [-1, 1]]], [[1, -1], [-1, 1]]  # n = 2, k = 2, s = 6 twice
CUBES = [[[2, 0], [-1, 1], [-1, -1]]], [[2, -1, -1], [0, 2, -2]]  # n = 3, k = 1


def _rotations(n: int, k: int, neurons: list[Neuron]) -> Json:
    return lower(n, k, phases={"rotation": listing(neurons)})


def norm() -> dict[str, Json]:
    cancelling = [  # output phases a sixth of a turn to either side: shares that sum to 2 compute the wanted term
        (phases, (output + shift) % 1, share)
        for phases, output, share in group_list(1)
        for shift in (Fraction(1, 6), Fraction(5, 6))
    ]
    hair = [(p, w, s - HAIR * (i == 0)) for i, (p, w, s) in enumerate(group_list(2))]
    best = best_masses(6, 2)
    return {
        "mass-one-each": lower(5, 2, masses={"rotation": 1}),
        "mass-per-block": lower(6, 2, masses={"rotation": Fraction(1, 2), "sign": Fraction(1, 2)}),
        "too-little": lower(5, 2, masses={"rotation": Fraction(1, 3)}),
        "off-by-a-hair": lower(5, 2, masses={"rotation": Fraction(1, 2) + HAIR}),
        "off-by-an-irrational-hair": lower(
            6, 2, masses={"rotation": best["rotation"], "sign": best["sign"] + Surd.sqrt(2) - around(Surd.sqrt(2))[0]}
        ),
        "massless-sign": lower(6, 2, masses={"rotation": Fraction(1, 2), "sign": 0}),
        "massless-rotations": lower(6, 2, masses={"rotation": 0, "sign": 1}),
        "negative-sign-mass": lower(6, 2, masses={"rotation": Fraction(3, 4), "sign": Fraction(-1, 2)}),
        "negative-rotation-mass": lower(4, 1, masses={"rotation": -1, "sign": 2}, value=-1),
        "shares-sum-to-two": _rotations(5, 1, cancelling),
        "shares-off-by-a-hair": _rotations(5, 2, hair),
        "shares-all-one": _rotations(5, 2, [(p, w, Fraction(1)) for p, w, _ in group_list(2)]),
        "sign-shares-sum-to-half": lower(
            6, 2, phases={"sign": listing([(p, w, s / 2) for p, w, s in group_list(2, Fraction(1, 2))])}
        ),
    }


def _shifted(neurons: list[Neuron], shift: Fraction) -> list[Neuron]:
    return [(phases, (output + shift) % 1, share) for phases, output, share in neurons]


def phases() -> dict[str, Json]:
    minimal = group_list(2)
    hair = [(p, w, s + HAIR * ((i == 0) - (i == 1))) for i, (p, w, s) in enumerate(minimal)]
    moved = [(p, (w + Fraction(i == 0, 5000)) % 1, s) for i, (p, w, s) in enumerate(minimal)]
    half = Fraction(1, 2)
    three = equal_shares([p for p in group_points(2, Fraction(1, 6), True) if 2 * (p[0] - p[1]) % 1 == 0][:3])
    zero = turns(0, 0, whole=1)
    skew = [(zero, Fraction(0), Fraction(1, 3)), (turns(0, 1, whole=2), half, Fraction(2, 3))]
    return {
        "label-shifted": _rotations(5, 2, _shifted(minimal, Fraction(1, 5))),
        "label-shifted-at-n-3": _rotations(3, 1, _shifted(group_list(1), Fraction(1, 3))),
        "sign-reversed": _rotations(5, 2, _shifted(minimal, half)),
        "vanishes-only-in-floating-point": _rotations(5, 2, hair),
        "golden-ratio-only-in-floating-point": _rotations(5, 1, golden(80)),
        "one-phase-moved": _rotations(5, 2, moved),
        "one-neuron-missing": _rotations(5, 2, [(p, w, s * Fraction(6, 5)) for p, w, s in minimal[1:]]),
        "one-neuron-only": _rotations(5, 2, equal_shares([zero])),
        "one-neuron-only-at-n-3": _rotations(3, 2, equal_shares([zero])),
        "one-neuron-only-at-order-2k": _rotations(4, 2, equal_shares([zero])),
        "three-neurons-without-signs": _rotations(5, 2, three),
        "output-phase-of-first-input": _rotations(5, 2, [(p, p[0], s) for p, _, s in minimal]),
        "output-phase-negated": _rotations(5, 2, [(p, -w % 1, s) for p, w, s in minimal]),
        "unequal-shares": _rotations(5, 2, [(p, w, s * (1 + (-1) ** i * half)) for i, (p, w, s) in enumerate(minimal)]),
        "order-4-list-at-n-8": _rotations(8, 2, four_neurons()),
        "order-4-list-at-n-12": _rotations(12, 2, four_neurons()),
        "order-4-list-at-n-3": _rotations(3, 2, four_neurons()),
        "coincident-exponents-in-another-ratio": _rotations(4, 3, weighted_sums(light=2)),
        "joint-quarter-turn": lower(5, 2, phases={"rotation": group(Fraction(1, 4))}),
        "joint-k-plus-1-parts": lower(7, 3, phases={"rotation": group(Fraction(1, 4))}),
        "joint-numerator-cancels": lower(5, 2, phases={"rotation": group(Fraction(3, 4))}),
        "alone-half-turn": lower(5, 2, phases={"rotation": group(half, joint=False)}),
        "work-just-below-the-limit": _rotations(504, 3, fine_phases(7)),
        "order-6-list-at-n-7": _rotations(7, 3, order_six()),
        "sign-quarter-turn": lower(6, 2, phases={"sign": group(Fraction(1, 4))}),
        "sign-third-of-a-turn-alone": lower(6, 2, phases={"sign": group(Fraction(1, 3), joint=False)}),
        "sign-one-neuron": lower(6, 2, phases={"sign": listing(equal_shares([zero]))}),
        "sign-one-neuron-at-n-2": lower(2, 3, phases={"sign": listing(equal_shares([turns(0, 0, 0, whole=1)]))}),
        "sign-output-reversed": lower(6, 1, phases={"sign": listing(equal_shares([turns(0, whole=1)], half))}),
        "sign-shares-unequal": lower(6, 2, phases={"sign": listing(skew)}),
    }


def amplitude() -> dict[str, Json]:
    rotation, sign = scaled_root(Fraction(2, 18), 3) / 2, scaled_root(Fraction(1, 18), 3) * 2  # n = 6, k = 2

    def forged(**values: Surd | Fraction | int) -> Json:
        return lower(6, 2, values=values)

    return {
        "four-to-the-minus-k-left-out": forged(rotation=4 * rotation),
        "two-to-the-minus-k-plus-1": forged(rotation=rotation / 2),
        "rotation-as-if-sign": forged(rotation=sign),
        "sign-as-if-rotation": forged(sign=rotation),
        "sign-with-two": forged(sign=scaled_root(2, 3) * sign),
        "k-factorial-forgotten": forged(rotation=rotation / 2, sign=sign / 2),
        "k-plus-1-forgotten": forged(rotation=rotation * scaled_root(3, 3), sign=sign * scaled_root(3, 3)),
        "n-forgotten": lower(5, 1, values={"rotation": Fraction(1, 2)}),
        "negative-sign": forged(sign=-sign),
        "negative-rotation": lower(5, 2, values={"rotation": -scaled_root(Fraction(2, 15), 3) / 2}),
        "zero": forged(sign=0),
        "rounded-up": forged(rotation=around(rotation)[1]),
        "rounded-down": forged(sign=around(sign)[0]),
    }


def ties() -> dict[str, Json]:
    def margins(body: Json) -> dict[str, Surd]:
        stated: Json = look(body, ("rules", "TIES", "margins"))
        return {name: exact(terms) for name, terms in stated.items()}

    five, six, two = margins(lower(5, 2)), margins(lower(6, 2)), margins(lower(2, 2))
    skew = margins(lower(6, 2, masses=even_masses(6)))
    value = gamma(6, 2)
    return {
        "one-rotation-too-many": lower(5, 2, margins={"all": five["all"] * Fraction(6, 5)}),
        "half-forgotten": lower(5, 2, margins={"all": five["all"] * Fraction(4, 5)}),
        "n-3-one-rotation-too-many": lower(3, 1, margins={"all": Fraction(1, 3)}),
        "n-2-not-doubled": lower(2, 2, margins={"all": two["all"] / 2}),
        "n-2-doubled-twice": lower(2, 2, margins={"all": 2 * two["all"]}),
        "odd-sign-not-doubled": lower(6, 2, margins={"odd": value - value / 10}),
        "even-like-odd": lower(6, 2, masses=even_masses(6), margins={"even": skew["odd"]}, value=skew["odd"]),
        "odd-and-even-exchanged": lower(
            6, 2, masses=even_masses(6), margins={"odd": skew["even"], "even": skew["odd"]}
        ),
        "even-one-rotation-too-few": lower(6, 2, margins={"even": six["even"] * Fraction(2, 3)}),
        "negative": lower(5, 2, margins={"all": -five["all"]}),
        "zero": lower(5, 2, margins={"all": 0}),
        "off-by-a-hair": lower(5, 2, margins={"all": five["all"] + HAIR}),
        "rounded": lower(6, 2, margins={"odd": around(six["odd"])[1], "even": around(six["even"])[1]}),
    }


def root_bound() -> dict[str, Json]:
    U, W = SQUARES
    root = root_above(Fraction(6))
    boundary = [[4, -4], [-4, 4]]  # s = 36
    return {
        "just-below": weights(U, W, roots=[root - Fraction(1, 2**31), root]),
        "just-below-in-the-last": weights(U, W, roots=[root, around(Surd.sqrt(6))[0]]),
        "below-a-perfect-square": weights(U, boundary, roots=[6, 6 - HAIR]),
        "negative": weights(U, W, roots=[-root, root], value=0),
        "all-negative": weights(U, W, roots=[-root, -root], value=-1),
        "zero": weights(U, W, roots=[0, root]),
        "root-of-the-norm-without-output": weights(U, W, roots=[2, 2]),
        "denominator-forgotten": weights(U, W, 2, roots=[root / 4, root / 4]),
        "denominator-cubed": weights(U, W, 2, roots=[root * Fraction(2, 5), root * Fraction(2, 5)]),
        "s-two-root-seven-fifths": weights(
            [[[1], [0]], [[0], [0]]], [[1, 0]], roots=[Fraction(7, 5)], margin=Fraction(0)
        ),
    }


def population() -> dict[str, Json]:
    U, W = CUBES
    rows = gaps(U, W)
    wrong = [[[1], [-1], [1]]], [[1, -1, 0]]  # gets input 2 wrong
    correct = [min(row) for row in gaps(*wrong) if min(row) > 0]
    zero_tie = [[[1], [1], [0]]], [[1, 1, 0]]
    best = [min(row[d] for row in rows) for d in range(2)]
    four = [[[3, 0], [0, 2], [-3, 0], [0, -2]]], [[3, 0, -3, 0], [0, 3, 0, -3]]
    opposite = min(row[1] for row in gaps(*four))
    return {
        "minimum-over-correct-labels-only": weights(*wrong, margin=Fraction(min(correct))),
        "minimum-over-one-difference": weights(*four, margin=Fraction(opposite)),
        "maximum": weights(U, W, margin=Fraction(max(map(max, rows)))),
        "average": weights(U, W, margin=Fraction(sum(map(sum, rows)), 6)),
        "off-by-one": weights(U, W, margin=Fraction(min(best) + 1)),
        "off-by-a-hair": weights(U, W, 7, margin=Fraction(min(best), 49) + HAIR),
        "too-small": weights(U, W, margin=Fraction(min(best) - 1)),
        "negative-margin": weights(*wrong),
        "negative-margin-stated-as-zero": weights(*wrong, margin=Fraction(0)),
        "denominator-to-the-k": weights(U, W, 7, margin=Fraction(min(best), 7)),
        "first-input-only": weights(*zero_tie, margin=Fraction(gaps(*zero_tie)[0][1])),
        "power-forgotten": weights(*SQUARES, margin=Fraction(2)),
        "largest-wrong-label-missed": weights(*four, margin=Fraction(max(min(row) for row in gaps(*four)))),
    }


def rules() -> dict[str, Json]:
    above, below = upper(6, 2, best_weights(6, 2)), lower(6, 2)
    equal = both("equal", above, below, number(gamma(6, 2)))
    even, odd = weights(*SQUARES), weights(*CUBES)
    support = [{"rule": "SUPPORT"}]
    result = {
        f"missing-{name.lower()}": drop(equal, ("rules", name)) for name in ("DUAL-FEASIBLE", "EXPAND", "FOURIER")
    }
    result |= {
        f"missing-{name.lower()}": drop(equal, ("rules", name)) for name in ("NORM", "PHASES", "TIES", "SUPPORT")
    }
    exchanged = [above["rules"][i] for i in (0, 1, 2, 3, 5, 4)]
    return result | {
        "missing-root-bound": drop(even, ("rules", "ROOT-BOUND")),
        "missing-population": drop(odd, ("rules", "POPULATION")),
        "root-bound-for-odd-k": put(odd, "rules", [{"rule": "ROOT-BOUND", "roots": [[4, 1], [4, 1]]}, *odd["rules"]]),
        "support-without-equal": put(below, "rules", [*below["rules"], *support]),
        "support-twice": put(equal, "rules", [*equal["rules"], *support]),
        "exchanged": put(above, "rules", exchanged),
        "none": put(above, "rules", []),
        "those-of-the-dual-in-a-lower-bound": put(below, "rules", [*above["rules"], *below["rules"]]),
        "those-of-blocks-for-weights": put(even, "rules", lower(2, 2)["rules"]),
        "twelve": put(equal, "rules", [*equal["rules"], {"rule": "NORM"}]),
        "primal-before-dual": put(equal, "rules", [*below["rules"], *above["rules"], *support]),
    }


def primal_forgeries() -> dict[str, dict[str, Json]]:
    return {
        "NORM": norm(),
        "PHASES": phases(),
        "AMPLITUDE": amplitude(),
        "TIES": ties(),
        "ROOT-BOUND": root_bound(),
        "POPULATION": population(),
        "RULES": rules(),
    }
