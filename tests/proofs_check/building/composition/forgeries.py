"""Certificates that a checker must reject, by the rule under which they stand here."""

from __future__ import annotations

from fractions import Fraction

from sympy import Matrix, Rational

from margin.answers.sealing import fraction
from margin.composition.certificate import _classes
from margin.composition.program import GroupProgram, neuron_scale
from margin.finite_groups.names import group as named
from margin.numbers.square_roots import Surd
from tests.proofs_check.building.composition.building import (
    F21,
    completed,
    parity,
    rearranged,
    rows_of,
    scaled,
    true,
    with_orbit,
    with_rows,
)
from tests.proofs_check.building.editing import Json, add, drop, exact, number, put

HAIR = Fraction(1, 10**30)
Forgeries = dict[str, Json]


def norm() -> Forgeries:
    base, bits = true("S3", 2), parity(10, 4)
    return {
        "outer-is-k": put(base, "norm.outer", 2),
        "inner-is-1": put(base, "norm.inner", 1),
        "outer-of-another-k": put(true("C7", 3), "norm.outer", 3),
        "parity-outer-is-k": put(bits, "norm.outer", 4),
        "parity-inner-is-1": put(bits, "norm.inner", 1),
    }


def group() -> Forgeries:
    s3, d4 = true("S3", 2), true("D4", 2)
    return {
        "another-group-of-the-same-order": put(s3, "task.generators", [[1, 2, 3, 4, 5, 0]]),
        "generators-of-a-subgroup": put(true("S5", 3), "task.generators", [[1, 2, 3, 4, 0], [1, 2, 0, 3, 4]]),
        "generators-of-a-larger-group": put(s3, "task.generators", [[1, 2, 3, 0], [1, 0, 2, 3]]),
        "order-one-off": put(s3, "group.order", 7),
        "order-negative": put(s3, "group.order", -6),
        "class-sizes-exchanged": rearranged(s3, [0, 2, 1]),
        "class-sizes-not-of-the-identity-first": put(s3, "group.class_sizes", [3, 1, 2]),
        "class-of-size-0": put(s3, "group.class_sizes", [1, 0, 5]),
        "conjugacy-classes-for-rational-classes": _c7_by_inverse_pairs(),
        "d4-acting-on-other-points": put(d4, "task.generators", [[1, 0, 2, 3], [0, 1, 3, 2]]),
    }


def _c7_by_inverse_pairs() -> Json:
    """Three classes of size 2 where the rational class has 6 elements."""
    body = true("C7", 2)
    stated = body["group"]
    stated["class_sizes"] = [1, 2, 2, 2]
    for orbit in stated["orbits"]:
        orbit["central"] = [1, *[orbit["central"][1] // 3] * 3]
    stated["separator"] = [0, 1, 2, 3]
    body["dual"]["class_weights"] *= 3
    return body


def central() -> Forgeries:
    s3, cube, s5, a5 = true("S3", 2), true("C2^3", 2), true("S5", 3), true("A5", 2)
    sizes = s3["group"]["class_sizes"]
    exchanged = [[*row[:6], row[7], row[6]] for row in rows_of(cube)]  # no automorphism fixes six of seven involutions
    trivial_last = rearranged(s3, [0, 1, 2])
    trivial_last["group"]["orbits"] = trivial_last["group"]["orbits"][::-1]
    without = drop(s5, "group.orbits.3")
    doubled = put(s3, "group.orbits.1.central", [2 * a for a in rows_of(s3)[1]])
    zero = with_rows(s3, [sizes, rows_of(s3)[1], [1, 0, 0]])
    return {
        # orthogonal with the weights 1/size, as true rows are, and yet no characters
        "s3-orthogonal-rows": with_rows(s3, [sizes, [1, -1, 0], [1, 3, -4]]),
        "c2-cubed-two-classes-exchanged": with_rows(cube, exchanged),
        "two-entries-exchanged": with_rows(s5, _exchanged(rows_of(s5), 4)),
        "sign-of-an-entry": with_rows(s3, [sizes, rows_of(s3)[1], [1, 0, 1]]),
        "entry-a-bit-smaller": put(s5, "group.orbits.3.central.2", rows_of(s5)[3][2] - 1),
        "row-of-another-group": with_rows(true("S4", 5), _exchanged(rows_of(true("S4", 5)), 2)),
        "row-missing": completed(drop(without, "primal.masses.2")),
        "row-too-many": completed(add(add(s3, "group.orbits", s3["group"]["orbits"][2]), "primal.masses", [0, 1])),
        "no-row": put(true("S3", 2, "upper"), "group.orbits", []),
        "only-the-trivial-row": put(put(s3, "group.orbits", s3["group"]["orbits"][:1]), "primal.masses", []),
        "trivial-row-not-first": completed(trivial_last),
        "row-not-normalised": doubled,
        "row-of-zeros": put(s3, "group.orbits.1.central", [0, 0, 0]),
        "characters-instead-of-central-characters": with_rows(a5, [a5["group"]["class_sizes"], *_characters(a5)]),
        "regular-character": zero,
        "irrational-characters-averaged-wrongly": with_rows(a5, _exchanged(rows_of(a5), 1)),
    }  # fmt: skip


def _exchanged(rows: list[list[int]], i: int) -> list[list[int]]:
    """Two different entries of a row exchanged."""
    row = list(rows[i])
    j = next(j for j in range(2, len(row)) if row[j] != row[1])
    row[1], row[j] = row[j], row[1]
    return [*rows[:i], row, *rows[i + 1 :]]


def _characters(body: Json) -> list[list[int]]:
    sizes = body["group"]["class_sizes"]
    return [
        [1, *(orbit["degree"] * a // s for a, s in zip(orbit["central"][1:], sizes[1:], strict=True))]
        for orbit in body["group"]["orbits"][1:]
    ]


def separate() -> Forgeries:
    s3, s5, cube = true("S3", 2), true("S5", 3), true("C2^3", 2)
    twice = put(s5, "group.orbits.3", s5["group"]["orbits"][5])
    return {
        "all-zero": put(s3, "group.separator", [0, 0, 0]),
        "identity-alone": put(s3, "group.separator", [1, 0, 0]),
        "two-values-equal": put(s3, "group.separator", [0, 0, 1]),
        "trivial-row-twice": with_rows(s3, [rows_of(s3)[i] for i in (0, 0, 2)]),
        "sign-twice-and-the-largest-missing": with_rows(s3, [rows_of(s3)[i] for i in (0, 1, 1)]),
        "all-ones": put(s5, "group.separator", [1] * 7),
        "row-twice-and-another-missing": completed(twice),
        "row-twice-in-c2-cubed": completed(put(cube, "group.orbits.7", cube["group"]["orbits"][1])),
    }  # fmt: skip


def degrees() -> Forgeries:
    s3, a5, c7, f21 = true("S3", 2), true("A5", 2), true("C7", 3), true(F21, 2)
    three = next(i for i, orbit in enumerate(a5["group"]["orbits"]) if orbit["degree"] == 3)
    return {
        "degree-too-small": with_orbit(s3, 2, degree=1),
        "degree-too-large": with_orbit(s3, 1, degree=2),
        "degree-negative": with_orbit(true("S3", 3), 2, degree=-2, type="quaternionic"),
        "degree-zero": put(s3, "group.orbits.1.degree", 0),
        "degree-of-a-whole-orbit": with_orbit(a5, three, degree=6),
        "degree-squared": with_orbit(a5, three, degree=9),
        "degree-of-a-pair": with_orbit(c7, 1, degree=2),
        "degree-of-a-real-representation": with_orbit(f21, 2, degree=6),
        "degree-of-quaternionic-matrices": with_orbit(true("Q8", 2), 4, degree=1),
        "degree-of-the-trivial-orbit": put(s3, "group.orbits.0.degree", 2),
    }


def indicators() -> Forgeries:
    q8, c7, d5, d4 = true("Q8", 2), true("C7", 3), true("D5", 2), true("D4", 2)
    two = next(i for i, orbit in enumerate(d5["group"]["orbits"]) if orbit["degree"] == 2)
    last = len(q8["group"]["orbits"]) - 1
    return {
        "complex-claimed-real": with_orbit(c7, 1, type="real"),
        "complex-claimed-quaternionic": with_orbit(c7, 1, type="quaternionic"),
        "real-claimed-complex": with_orbit(d5, two, type="complex"),
        "real-claimed-quaternionic": with_orbit(d4, last, type="quaternionic"),
        "quaternionic-claimed-real": with_orbit(q8, last, type="real"),
        "quaternionic-claimed-complex": with_orbit(q8, last, type="complex"),
        "complex-of-degree-3-claimed-real": with_orbit(true(F21, 2), 2, type="real"),
        "irrational-quaternionic-claimed-real": with_orbit(true("Dic5", 2), 4, type="real"),
        "trivial-claimed-complex": put(q8, "group.orbits.0.type", "complex"),
        "table-of-q8-for-d4": put(rearranged(q8, [0, 1, 3, 4, 2]), "task.generators", d4["task"]["generators"]),
    }


def scales() -> Forgeries:
    s3, q8 = true("S3", 2), true("Q8", 2)
    last = len(q8["group"]["orbits"]) - 1
    third = true("S3", 3)
    k_off = put(put(s3, "task.k", 3), "norm.outer", 4)
    double = {"scale": number(2 * exact(s3["scale"]))}
    return {
        "scale-doubled": scaled(s3 | double, value=2),
        "scale-negative": scaled(s3 | {"scale": number(-exact(s3["scale"]))}, value=-1),
        "scale-without-factorial": scaled(s3 | {"scale": number(exact(s3["scale"]) / 2)}, value=Fraction(1, 2)),
        "scale-of-order-one-off": s3 | {"scale": number(neuron_scale(7, 2))},
        "scale-without-its-root": put(s3, "scale", [[1, *s3["scale"][0][1:]]]),
        "scale-zero": put(s3, "scale", []),
        "scale-of-another-k": put(third, "scale", s3["scale"]),
        "k-off-by-one": k_off,
        "weight-without-its-root": put(s3, "group.orbits.2.weight", [[1, 2, 1]]),
        "weight-left-out": _reweighted(true("S3", 2, "lower"), 2, Surd(1)),
        "weight-negative": _reweighted(true("S3", 2, "lower"), 1, Surd(-1)),
        "weight-zero": _reweighted(true("S3", 2, "lower"), 2, Surd()),
        "weight-of-the-degree": _reweighted(true("Q8", 3, "lower"), last, Surd(2)),
        "weight-of-the-complex-dimension": put(q8, f"group.orbits.{last}.weight", [[2, 1, 1]]),
        "weight-of-complex-type-as-real": _reweighted(true("C7", 2, "lower"), 1, Surd(1)),
        "weight-of-another-k": put(third, "group.orbits.2.weight", [[2, 1, 1]]),
        "weight-of-the-trivial-orbit": put(s3, "group.orbits.0.weight", [[1, 2, 1]]),
    }


def _reweighted(body: Json, i: int, weight: Surd) -> Json:
    """A lower bound with one weight changed, and the value that follows."""
    result = put(body, f"group.orbits.{i}.weight", number(weight))
    pairs = zip(result["group"]["orbits"][1:], result["primal"]["masses"], strict=True)
    total = sum((exact(orbit["weight"]) * Fraction(*x) for orbit, x in pairs), Surd())
    return put(result, "claim.value.denominator", number(total))


def primal() -> Forgeries:
    s3, a5 = true("S3", 2), true("A5", 2)
    zeros = [[0, 1]] * (len(a5["group"]["orbits"]) - 1)
    less = [[0, 1], *s3["primal"]["masses"][1:]]
    alone = true("S3", 2, "lower")
    return {
        "masses-a-hair-too-small": scaled(s3, x=1 - HAIR),
        "masses-halved": scaled(alone, x=Fraction(1, 2), value=2),
        "masses-zero": scaled(put(true("A5", 2, "lower"), "primal.masses", zeros), value=1000),
        "mass-negative-and-every-class-kept": _negative_mass(),
        "one-mass-left-out": put(alone, "primal.masses", less),
        "masses-exchanged": put(s3, "primal.masses", s3["primal"]["masses"][::-1]),
        "mass-negative": put(alone, "primal.masses", [fraction(Fraction(-1, 100)), [4, 1]]),
        "mass-negative-by-a-hair": put(alone, "primal.masses", [fraction(-HAIR), [4, 1]]),
        "masses-of-another-group": put(true("A5", 2, "lower"), "primal.masses", [[1, 60], *zeros[1:]]),
    }


def _negative_mass() -> Json:
    """A lower bound of A5 for k = 2 whose masses keep every class above 1; their total falls without end.

    The class weights that make all representations equal are negative at one class j. With A d = 1 at j and 0 at
    the others, adding d to the masses lowers their total w.d, which is that class weight.
    """
    body = true("A5", 2, "lower")
    sizes = body["group"]["class_sizes"][1:]
    matrix = Matrix([[1 - Rational(a, s) for a, s in zip(row[1:], sizes, strict=True)] for row in rows_of(body)[1:]]).T
    weights = [exact(orbit["weight"]) for orbit in body["group"]["orbits"][1:]]
    masses = [Fraction(*x) for x in body["primal"]["masses"]]
    for j in range(len(sizes)):
        unit = Matrix([int(i == j) for i in range(len(sizes))])
        direction = [Fraction(int(d.p), int(d.q)) for d in matrix.LUsolve(unit)]
        slope = sum((w * d for w, d in zip(weights, direction, strict=True)), Surd())
        if slope < 0:
            moved = [x + d for x, d in zip(masses, direction, strict=True)]
            total = sum((w * x for w, x in zip(weights, moved, strict=True)), Surd())
            body = put(body, "primal.masses", [fraction(x) for x in moved])
            return put(body, "claim.value.denominator", number(total))
    raise AssertionError("no class weight is negative")


def _negative_weight() -> Json:
    """A5 for k = 2: all representations share the mass, the class weights that belong to it are negative somewhere."""
    body = true("A5", 2)
    program = GroupProgram(named("A5"))
    order, _ = _classes(program)
    each = program._equalising([Surd.sqrt(irrep.dimension) for irrep in program.irreps])
    totals = [sum((each[i] for i in orbit), Surd()) for orbit in program.class_orbits]
    shares = [
        fraction(sum(Fraction(program.irreps[r].dimension ** 2, 60) for r in orbit)) for orbit in program.irrep_orbits
    ]
    body = put(put(body, "dual.class_weights", [number(totals[j]) for j in order]), "primal.masses", shares)
    return put(body, "claim.value", _all_irreps("A5", 2))


def dual() -> Forgeries:
    s3, q8, alone = true("S3", 2), true("Q8", 2), true("A5", 2, "upper")
    weights = s3["dual"]["class_weights"]
    pairs = zip(q8["dual"]["class_weights"], q8["group"]["class_sizes"][1:], strict=True)
    only = [*alone["dual"]["class_weights"][:-1], []]
    down = number(exact(weights[0]) + exact(weights[1]) + 1)
    return {
        "weights-a-hair-too-large": scaled(s3, y=1 + HAIR),
        "weights-doubled": scaled(alone, y=2, value=Fraction(1, 2)),
        "weights-exchanged": put(s3, "dual.class_weights", weights[::-1]),
        "weight-negative": put(true("S3", 2, "upper"), "dual.class_weights", [[[1, -1, 1]], down]),
        "weights-of-all-representations-one-negative": _negative_weight(),
        "weight-negative-by-a-hair": put(true("S3", 2, "upper"), "dual.class_weights", [number(-HAIR), [[1, 1, 2]]]),
        "weight-moved-to-the-last-class": put(alone, "dual.class_weights", [*only[:-1], [[1, 3, 1]]]),
        "weights-for-another-k": put(true("S3", 4), "dual", scaled(true("S3", 5), y=1)["dual"]),
        "weights-times-class-sizes": put(q8, "dual.class_weights", [number(exact(w) * s) for w, s in pairs]),
    }  # fmt: skip


def claim() -> Forgeries:
    s3, low, high = true("S3", 2), true("S3", 2, "lower"), true("S3", 2, "upper")
    a5, value = true("A5", 2), s3["claim"]["value"]
    minus = {key: number(-exact(part)) for key, part in value.items()}
    conjugate = {"numerator": value["numerator"], "denominator": [[1, 1, 6], [2, -2, 3]]}
    squared = {key: number(exact(part) * exact(part)) for key, part in value.items()}
    swapped = {"numerator": value["denominator"], "denominator": value["numerator"]}
    return {
        "equal-a-hair-above": scaled(s3, value=1 + HAIR),
        "equal-a-hair-below": scaled(s3, value=1 - HAIR),
        "equal-zero": scaled(s3, value=0),
        "equal-other-sign": scaled(s3, value=-1),
        "equal-squared": put(s3, "claim.value", squared),
        "equal-inverse": put(s3, "claim.value", swapped),
        "equal-other-sign-of-the-root": put(s3, "claim.value", conjugate),
        "equal-all-representations-where-some-are-left-out": put(a5, "claim.value", _all_irreps("A5", 2)),
        "equal-with-masses-not-optimal": scaled(s3, x=1 + HAIR),
        "equal-with-weights-not-optimal": scaled(s3, y=1 - HAIR),
        "lower-a-hair-above": scaled(low, value=1 + HAIR),
        "lower-with-masses-not-optimal": scaled(low, x=2),
        "upper-a-hair-below": scaled(high, value=1 - HAIR),
        "upper-with-weights-not-optimal": scaled(high, y=Fraction(1, 2)),
        "upper-zero": scaled(high, value=0),
        "upper-weights-zero": scaled(high, y=0),
        "both-signs-changed": put(s3, "claim.value", minus),
        "denominator-zero": put(low, "claim.value.denominator", []),
        "denominator-zero-numerator-negative": put(low, "claim.value", {"numerator": [[1, -1, 1]], "denominator": []}),
        "denominator-and-numerator-zero": put(low, "claim.value", {"numerator": [], "denominator": []}),
        "denominator-negative": put(low, "claim.value", {"numerator": [[1, -9, 1]], "denominator": [[1, -1, 1]]}),
        "parity-equal-a-hair-above": put(parity(3, 1), "claim.value", [[2, *fraction(Fraction(1, 2) + HAIR)]]),
        "parity-equal-a-hair-below": put(parity(3, 1), "claim.value", [[2, *fraction(Fraction(1, 2) - HAIR)]]),
        "parity-root-left-out": put(parity(10, 4), "claim.value", [[1, 24, 125]]),
        "parity-other-sign": put(parity(10, 4), "claim.value", [[10, -24, 125]]),
        "parity-lower-above": put(parity(10, 4, "lower"), "claim.value", [[1, 1, 1]]),
        "parity-upper-below": put(parity(10, 4, "upper"), "claim.value", [[1, 1, 2]]),
        "parity-upper-zero": put(parity(10, 4, "upper"), "claim.value", []),
    }  # fmt: skip


def _all_irreps(name: str, k: int) -> Json:
    ratio = GroupProgram(named(name)).solve(k).all_irreps
    return {"numerator": number(ratio.numerator), "denominator": number(ratio.denominator)}


def parities() -> dict[str, Forgeries]:
    base, low = parity(10, 4), parity(10, 4, "lower")
    third = {"bit_weight": [[3, 1, 3]], "label_weight": [[3, 1, 3]]}
    a = exact(low["primal"]["bit_weight"])
    heavy = put(low, "primal", low["primal"] | {"mass_each": [1, 1]})
    return {
        "PATTERNS": {
            "parity-signs-not-modulo-sign": put(put(base, "primal.patterns", 16), "primal.mass_each", [1, 16]),
            "parity-one-pattern": put(put(base, "primal.patterns", 1), "primal.mass_each", [1, 1]),
            "parity-patterns-of-all-bits": put(put(base, "primal.patterns", 512), "primal.mass_each", [1, 512]),
        },
        "MASSES": {
            "parity-mass-1-each": put(heavy, "claim.value", number(8 * exact(base["claim"]["value"]))),
            "parity-masses-negative": put(base, "primal.mass_each", [-1, 8]),
            "parity-masses-zero": put(base, "primal.mass_each", [0, 1]),
        },
        "NORM": {
            "parity-bit-weight-1": put(base, "primal.bit_weight", [[1, 1, 1]]),
            "parity-label-weight-twice": put(base, "primal.label_weight", base["primal"]["bit_weight"]),
            "parity-weights-of-one-bit": put(base, "primal", base["primal"] | third),
            "parity-weights-zero": put(put(low, "primal.bit_weight", []), "primal.label_weight", []),
            "parity-norm-a-hair-too-large": put(low, "primal.bit_weight", number(a * (1 + HAIR))),
        },
        "EXPAND": {
            "parity-k-to-the-k": put(base, "dual.coefficient", 256),
            "parity-factorial-of-k-minus-1": put(base, "dual.coefficient", 6),
            "parity-minus": put(base, "dual.coefficient", -24),
        },
        "AM-GM": {
            "parity-root-of-2-left-out": put(base, "dual.bound", number(exact(base["dual"]["bound"]) / Surd.sqrt(2))),
            "parity-negative": put(base, "dual.bound", [[10, -24, 125]]),
            "parity-zero": put(base, "dual.bound", []),
            "parity-of-another-k": put(base, "dual.bound", parity(10, 3)["dual"]["bound"]),
        },
    }  # fmt: skip


def forgeries() -> dict[str, Forgeries]:
    return {
        "NORM-EXPONENT": norm(),
        "GROUP": group(),
        "CENTRAL": central(),
        "SEPARATE": separate(),
        "DEGREES": degrees(),
        "INDICATORS": indicators(),
        "SCALES": scales(),
        "PRIMAL": primal(),
        "DUAL": dual(),
        "CLAIM": claim(),
        **parities(),
    }
