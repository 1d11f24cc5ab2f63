"""Canonical files with the right hash that are no certificates: parts missing, of another form, or beyond a limit."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from tests.proofs_check.building.addition.phase_lists import (
    equal_shares,
    fine_phases,
    group_list,
    turns,
    unequal_shares,
)
from tests.proofs_check.building.addition.steps import (
    best_weights,
    both,
    enclosure,
    even_weights,
    gamma,
    listing,
    lower,
    one_long_weight,
    upper,
    weights,
)
from tests.proofs_check.building.editing import Json, add, drop, fraction, look, number, put, sealed

SMALL = upper(5, 1, even_weights(5))
ABOVE, BELOW = upper(6, 2, best_weights(6, 2)), lower(6, 2)
EQUAL = both("equal", ABOVE, BELOW, number(gamma(6, 2)))
LISTED = lower(7, 2, phases={"rotation": listing(group_list(2))})
SQUARES = weights([[[1, 1], [-1, -1]], [[1, -1], [-1, 1]]], [[1, -1], [-1, 1]])
OPTIMAL = weights([[[1], [-1]]], [[1, -1]])
PHASES = "primal.blocks.0.phases"
NEURONS = f"{PHASES}.neurons"


def _keys() -> dict[str, Json]:
    """An unknown key added, and each known key left out, in every kind of object."""
    places = {
        "top": (EQUAL, "version"),
        "claim": (EQUAL, "claim.quantity"),
        "task": (EQUAL, "task.kind"),
        "norm": (EQUAL, "norm.outer"),
        "dual": (EQUAL, "dual.inputs"),
        "inputs": (EQUAL, "dual.inputs.count"),
        "class-weight": (EQUAL, "dual.class_weights.1.count"),
        "primal": (EQUAL, "primal.kind"),
        "block": (EQUAL, "primal.blocks.1.mass_each"),
        "group": (EQUAL, f"{PHASES}.joint"),
        "list": (LISTED, f"{PHASES}.kind"),
        "neuron": (LISTED, f"{NEURONS}.0.output"),
        "weights": (SQUARES, "primal.denominator"),
        "fourier": (EQUAL, "rules.FOURIER.multipliers"),
        "fourier-numbers": (EQUAL, "rules.FOURIER.multipliers.sign"),
        "ties-numbers": (EQUAL, "rules.TIES.margins.even"),
        "population": (SQUARES, "rules.POPULATION.margin"),
    }
    files = {}
    for name, (body, place) in places.items():
        files[f"key-missing-{name}"] = drop(body, place)
        files[f"key-unknown-{name}"] = put(body, place.rpartition(".")[0] + "." * ("." in place) + "remark", "true")
    return files


def _head() -> dict[str, Json]:
    values: Iterable[tuple[str, str, Any]] = [
        ("version-two", "version", 2),
        ("version-text", "version", "1"),
        ("version-true", "version", True),
        ("format-unknown", "format", "certificate"),
        ("task-kind-unknown", "task.kind", "modular_multiplication"),
        ("quantity-unknown", "claim.quantity", "cubed_margin"),
        ("sense-unknown", "claim.sense", "about"),
        ("sense-a-list", "claim.sense", ["upper"]),
        ("claim-null", "claim", None),
        ("claim-a-list", "claim", []),
        ("task-null", "task", None),
        ("norm-null", "norm", None),
        ("norm-a-list", "norm", [2, 2]),
        ("norm-inner-true", "norm.outer", True),
        ("n-is-1", "task.n", 1),
        ("n-is-0", "task.n", 0),
        ("n-negative", "task.n", -5),
        ("n-text", "task.n", "5"),
        ("k-is-0", "task.k", 0),
        ("k-true", "task.k", True),
        ("rules-null", "rules", None),
        ("rules-an-object", "rules", {}),
        ("value-null", "claim.value", None),
        ("value-an-integer", "claim.value", 1),
        ("value-text", "claim.value", "1/4"),
        ("value-a-fraction", "claim.value", [1, 4]),
        ("value-two-numbers", "claim.value", [[[1, 1, 4]], [[1, 1, 4]]]),
    ]
    files = {name: put(SMALL, place, value) for name, place, value in values}
    edges = [[[1, 0, 1]], [[1, 1, 1]]]
    between = enclosure(ABOVE, BELOW)
    one = weights([[[1], [1]]], [[1, 1]])  # for n = 2, made one for n = 1
    one = put(put(put(one, "task.n", 1), "primal.U", [[[1]]]), "primal.W", [[1]])
    return files | {
        "n-is-1-weights": one,
        "n-is-2-to-the-256": upper(2**256, 1, even_weights(2**256)),
        "k-is-65": upper(2, 65, even_weights(2)),
        "lower-with-a-dual": BELOW | {"dual": ABOVE["dual"]},
        "upper-with-a-primal": ABOVE | {"primal": BELOW["primal"]},
        "equal-without-a-primal": drop(EQUAL, "primal"),
        "equal-by-weights": both("equal", upper(2, 1, even_weights(2)), OPTIMAL, number(Fraction(1, 2))),
        "enclosure-one-number": put(between, "claim.value", look(between, "claim.value")[:1]),
        "enclosure-three-numbers": put(between, "claim.value", [*edges, edges[0]]),
        "enclosure-bare-number": put(between, "claim.value", [[1, 1, 4]]),
    }


def _numbers() -> dict[str, Json]:
    prime, limit = 31_622_743, 10**15
    values: dict[str, Any] = {
        "unreduced": [[1, 2, 8]],
        "unreduced-after-a-right-term": [[1, 1, 4], [2, 2, 2]],
        "denominator-zero": [[1, 1, 0]],
        "denominator-negative": [[1, -1, -4]],
        "zero-term": [[1, 1, 4], [2, 0, 1]],
        "zero-as-a-term": [[1, 0, 1]],
        "radicand-zero": [[0, 1, 1], [1, 1, 4]],
        "radicand-negative": [[-1, 1, 1]],
        "radicand-four": [[4, 1, 8]],
        "radicand-twelve": [[12, 1, 8]],
        "radicand-twenty-seven": [[27, 1, 8]],
        "radicand-hundred-and-twenty-five": [[125, 1, 8]],
        "radicand-square-of-a-large-prime": [[prime**2, 1, prime]],
        "radicand-nine-times-a-large-prime": [[9 * prime, 1, prime]],
        "radicands-descending": [[3, 1, 4], [2, 1, 4]],
        "radicand-twice": [[2, 1, 4], [2, 1, 4]],
        "radicand-at-the-limit": [[limit + 1, 1, 1]],
        "radicand-true": [[True, 1, 4]],
        "five-terms": [[r, 1, 1] for r in (1, 2, 3, 5, 6)],
        "term-of-two": [[1, 1]],
        "term-of-four": [[1, 1, 4, 1]],
        "term-empty": [[]],
        "term-an-object": [{"r": 1}],
        "numerator-true": [[1, True, 4]],
        "numerator-text": [[1, "1", 4]],
    }
    files = {f"number-{name}": put(SMALL, "claim.value", value) for name, value in values.items()}
    fractions: dict[str, Any] = {
        "zero-unreduced": [0, 2],
        "unreduced": [2, 10],
        "one-entry": [1],
        "three-entries": [1, 5, 1],
        "denominator-zero": [1, 0],
        "denominator-negative": [-1, -5],
        "an-integer": 1,
        "true": [True, 5],
    }
    return files | {f"fraction-{name}": put(SMALL, "dual.inputs.each", value) for name, value in fractions.items()}


def _dual() -> dict[str, Json]:
    entries = ABOVE["dual"]["class_weights"]
    place = "dual.class_weights"
    thirds = upper(5, 1, {"odd": Fraction(1, 4), "even": Fraction(1, 4)}, counts={"odd": 2, "even": 2})
    return {
        "class-weights-none": put(ABOVE, place, []),
        "class-weights-three": put(ABOVE, place, [*entries, entries[0]]),
        "class-weights-even-then-odd": put(ABOVE, place, entries[::-1]),
        "class-weights-odd-only": put(ABOVE, place, entries[:1]),
        "class-weights-all-twice": add(SMALL, place, SMALL["dual"]["class_weights"][0]),
        "class-weights-unknown": put(SMALL, f"{place}.0.differences", "some"),
        "class-weights-odd-and-even-for-odd-n": thirds,
        "class-weights-odd-and-even-for-n-2": upper(2, 1, {"odd": 1, "even": 0}),
        "class-weights-an-object": put(ABOVE, place, entries[0]),
        "input-count-true": put(SMALL, "dual.inputs.count", True),
    }


def _blocks() -> dict[str, Json]:
    turning, flipping = BELOW["primal"]["blocks"]
    place = "primal.blocks"
    one = listing(group_list(1))
    odd = lower(7, 1, phases={"rotation": one})
    first, *rest = look(LISTED, NEURONS)
    quarter = listing([((Fraction(x, 4), Fraction(x, 4)), Fraction(x, 2), Fraction(1, 2)) for x in range(2)])
    files = {
        "blocks-none": put(BELOW, place, []),
        "blocks-sign-missing": put(BELOW, place, [turning]),
        "blocks-rotation-missing": put(BELOW, place, [flipping]),
        "blocks-exchanged": put(BELOW, place, [flipping, turning]),
        "blocks-three": add(BELOW, place, flipping),
        "blocks-an-object": put(BELOW, place, {}),
        "sign-block-for-odd-n": add(lower(5, 1), place, flipping),
        "primal-kind-unknown": put(BELOW, "primal.kind", "spectrum"),
        "primal-null": put(BELOW, "primal", None),
        "neurons-none": put(LISTED, NEURONS, []),
        "neurons-unsorted": put(LISTED, NEURONS, [*rest, first]),
        "neurons-repeated": put(LISTED, NEURONS, [first, first, *rest]),
        "neurons-sorted-as-text": put(LISTED, NEURONS, sorted(look(LISTED, NEURONS), key=str)),
        "neuron-phase-missing": put(LISTED, f"{NEURONS}.0.phases", [[0, 1]]),
        "neuron-phase-too-many": put(LISTED, f"{NEURONS}.0.phases", [[0, 1]] * 3),
        "sign-phases-quarter-turn": lower(6, 2, phases={"sign": quarter}),
        "phases-kind-unknown": put(BELOW, f"{PHASES}.kind", "set"),
        "phases-null": put(BELOW, PHASES, None),
        "mass-an-integer": put(BELOW, f"{place}.0.mass_each", 1),
    }
    ranges = {"from-zero": [0, 2], "to-the-half": [1, 3], "one-missing": [1, 1], "first-missing": [2, 2]}
    ranges |= {"reversed": [2, 1], "one-entry": [1], "none": [], "three-entries": [1, 2, 2]}
    files |= {f"frequencies-{x}": put(BELOW, f"{place}.0.frequencies", value) for x, value in ranges.items()}
    phases = {"one": [1, 1], "above-one": [3, 2], "negative": [-1, 4], "integer": 0}
    files |= {f"phase-{x}": put(odd, f"{NEURONS}.1.phases.0", value) for x, value in phases.items()}
    files |= {f"output-phase-{x}": put(odd, f"{NEURONS}.1.output", value) for x, value in phases.items()}
    shares = {"zero": [0, 1], "negative": [-1, 2]}
    files |= {f"share-{x}": put(odd, f"{NEURONS}.1.share", value) for x, value in shares.items()}
    wrong = {"zero": [0, 1], "one": [1, 1], "above-one": [7, 6], "negative": [-1, 6]}
    files |= {f"turn-{x}": put(BELOW, f"{PHASES}.turn", value) for x, value in wrong.items()}
    return files | {f"joint-{x!r}": put(BELOW, f"{PHASES}.joint", x) for x in (1, "true", None)}


def _weights() -> dict[str, Json]:
    U, W = SQUARES["primal"]["U"], SQUARES["primal"]["W"]

    def changed(**parts: Any) -> Json:
        return put(SQUARES, "primal", SQUARES["primal"] | parts)

    return {
        "weights-denominator-zero": changed(denominator=0),
        "weights-denominator-negative": changed(denominator=-1),
        "weights-no-neuron": changed(U=[[[], []], [[], []]], W=[]),
        "weights-one-input-missing": changed(U=U[:1]),
        "weights-one-input-too-many": changed(U=[*U, U[0]]),
        "weights-one-row-missing": changed(U=[U[0], U[1][:1]]),
        "weights-one-row-too-many": changed(U=[U[0], [*U[1], U[1][0]]]),
        "weights-ragged": changed(U=[U[0], [U[1][0], U[1][1][:1]]]),
        "weights-output-missing": changed(W=W[:1]),
        "weights-output-ragged": changed(W=[W[0], W[1][:1]]),
        "weights-output-too-long": changed(W=[W[0], [*W[1], 0]]),
        "weights-zero-neuron": changed(U=[[[1, 0], [-1, 0]], [[1, 0], [-1, 0]]], W=[W[0], [0, 0]]),
        "weights-float": changed(W=[[1.0, -1], W[1]]),
        "weights-true": changed(W=[[True, -1], W[1]]),
        "weights-fraction": changed(W=[[[1, 1], -1], W[1]]),
    }


def _rules() -> dict[str, Json]:
    support = {"rule": "SUPPORT"}
    thirteen = [*EQUAL["rules"], support, support]
    values: Iterable[tuple[str, Json, str, Any]] = [
        ("thirteen", EQUAL, "rules", thirteen),
        ("name-unknown", EQUAL, "rules.10.rule", "SUPPORTS"),
        ("name-lower-case", EQUAL, "rules.10.rule", "support"),
        ("name-null", EQUAL, "rules.10.rule", None),
        ("name-missing", EQUAL, "rules.10", {}),
        ("bare-name", EQUAL, "rules.10", "SUPPORT"),
        ("support-with-a-value", EQUAL, "rules.10.margins", []),
        ("coefficient-true", SMALL, "rules.EXPAND.coefficient", True),
        ("coefficient-text", SMALL, "rules.EXPAND.coefficient", "1"),
        ("coefficient-a-fraction", SMALL, "rules.EXPAND.coefficient", [1, 1]),
        ("bound-a-fraction", SMALL, "rules.AM-GM.bound", [1, 4]),
        ("multiplier-for-a-missing-kind", SMALL, "rules.FOURIER.multipliers.sign", [[1, 5, 4]]),
        ("ties-all-for-even-n", BELOW, "rules.TIES.margins", {"all": [[1, 1, 4]]}),
        ("ties-odd-and-even-for-n-2", lower(2, 2), "rules.TIES.margins", {"odd": [], "even": []}),
        ("population-a-number", OPTIMAL, "rules.POPULATION.margin", [[1, 2, 1]]),
        ("root-missing", SQUARES, "rules.ROOT-BOUND.roots", [[3, 1]]),
        ("root-too-many", SQUARES, "rules.ROOT-BOUND.roots", [[3, 1]] * 3),
        ("roots-none", SQUARES, "rules.ROOT-BOUND.roots", []),
        ("root-an-integer", SQUARES, "rules.ROOT-BOUND.roots", [3, 3]),
    ]
    return {f"rules-{name}": put(body, place, value) for name, body, place, value in values}


def _work() -> dict[str, Json]:
    """Just beyond the limit on work, each way of counting it."""
    many = put(SQUARES, "primal.U", [[[1, 1], [-1, -1]]] * 22) | {"norm": {"inner": 2, "outer": 23}}
    many = put(put(many, "task.k", 22), "rules.ROOT-BOUND.roots", [[7, 1], [7, 1]])  # s = 46
    long, zeros = 2**8000, [[0]] * 46
    cells = listing(equal_shares([turns(0, 0, 0, whole=1), turns(1, 1, 1, whole=230_000)]))
    common = listing(equal_shares([turns(0, whole=1), turns(1, whole=1499), turns(1, whole=1511)]))
    huge = listing(equal_shares([turns(0, whole=1), turns(1, whole=10**30)]))
    origin = listing(equal_shares([(Fraction(0),) * 24]))
    return {
        "work-population": many,
        "work-population-just-above": one_long_weight(34, 2, 29, 418),
        "work-phases-just-above": lower(504, 3, phases={"rotation": listing(fine_phases(8))}),
        "shares-of-1025-bits": lower(5, 1, phases={"rotation": listing(unequal_shares(Fraction(1, 2**1024 + 2)))}),
        "roots-of-1025-bits": put(SQUARES, "rules.ROOT-BOUND.roots", [[3, 1], fraction(3 + Fraction(1, 2**1024 + 2))]),
        "work-population-long-integers": weights([[[long], *zeros], [[0], *zeros]], [[1] * 47], roots=[long + 1]),
        "work-cells-of-a-large-denominator": lower(7, 3, phases={"rotation": cells}),
        "work-cells-of-a-common-denominator": lower(3, 1, phases={"rotation": common}),
        "work-denominator-of-thirty-one-digits": lower(3, 1, phases={"rotation": huge}),
        "work-expansion-of-many-inputs": lower(53, 24, phases={"rotation": origin}),
    }


def form_files() -> dict[str, bytes]:
    parts = (_keys(), _head(), _numbers(), _dual(), _blocks(), _weights(), _rules(), _work())
    return {name: sealed(body) for part in parts for name, body in part.items()}
