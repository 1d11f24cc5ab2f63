"""Writes certificates of composition in a group (proofs_check/formats/COMPOSITION.md). Untrusted by design."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from math import lcm
from typing import Any

from margin.answers import sealing
from margin.answers.sealing import GROUP, MOST_BITS, MOST_K, fraction, sealed
from margin.composition.program import GroupMargin, GroupProgram, neuron_scale, program
from margin.finite_groups.finite_group import FiniteGroup
from margin.numbers.square_roots import Surd

Json = dict[str, Any]
MOST_DEGREE, MOST_POINTS, MOST_WORK, MOST_TERMS = (
    5_000,
    10**7,
    2 * 10**7,
    GROUP.terms,
)  # limits of the format, section 2


def number(value: Surd) -> list[list[int]]:
    return sealing.number(value, GROUP)


def certify(prediction: GroupMargin, sense: str = "equal", construction: str = "minimal") -> bytes:
    """The certificate of a prediction; of addition mod n, with its own format, where the group is known to be cyclic.

    Raises ValueError as `certificate`, and for a group too large to enumerate.
    """
    task = prediction.task
    if task.addition is not None:
        from margin.addition.certificate import certify as certify_addition
        from margin.addition.maximum import maximum_margin

        return certify_addition(maximum_margin(task.addition), sense, construction)
    return certificate(program(task).solve(task.k), sense)


def certificate(margin: GroupMargin, sense: str = "equal") -> bytes:
    """Certificate that gamma* equals, is at least, or is at most the value of `margin`.

    `sense` is "equal", "lower" (masses alone) or "upper" (class weights alone). Raises ValueError for another sense,
    for a margin from the group's structure alone (its elements are needed), and beyond the limits of the format.
    """
    if sense not in ("equal", "lower", "upper"):
        raise ValueError(f"certificate: sense {sense!r}, expected equal, lower or upper")
    if margin.task.structure is not None:
        raise ValueError(
            f"certificate: {margin.task.name} without its elements; expected a margin from GroupProgram.solve"
        )
    group, k = margin.task.group, margin.task.k
    _within_limits(group, k)
    linear = GroupProgram(group)
    masses, weights = linear.averaged(k)
    order, sizes = _classes(linear)
    first = [linear.irreps[orbit[0]] for orbit in linear.irrep_orbits]
    roots = [Surd.half_power(irrep.dimension, k - 1) for irrep in first]
    rows = [sizes, *([1, *(row[j] for j in order)] for row in _central(linear))]
    degrees = [irrep.dimension // (1 if irrep.type == "real" else 2) for irrep in first]
    kinds = zip([1, *degrees], ["real", *(irrep.type for irrep in first)], [Surd(1), *roots], strict=True)
    orbits = [
        {"central": row, "degree": d, "type": kind, "weight": number(w)}
        for row, (d, kind, w) in zip(rows, kinds, strict=True)
    ]
    scale, value = neuron_scale(group.order, k), sum(weights, Surd())
    if len(value.terms) > MOST_TERMS:
        raise ValueError(f"certificate: gamma* of {group.name} has {len(value.terms)} terms, limit {MOST_TERMS}")
    result: Json = {
        "format": "algebraic-margin certificate",
        "version": 1,
        "claim": {
            "quantity": "margin",
            "sense": sense,
            "value": {"numerator": number(scale), "denominator": number(value)},
        },
        "task": {"kind": "group_composition", "generators": [list(g) for g in group.generators], "k": k},
        "norm": {"inner": 2, "outer": k + 1},
        "group": {
            "order": group.order,
            "class_sizes": sizes,
            "separator": separator(rows),
            "orbits": orbits,
        },
        "scale": number(scale),
    }
    if sense != "upper":
        totals = [len(orbit) * x for orbit, x in zip(linear.irrep_orbits, masses, strict=True)]
        result["primal"] = {"masses": [fraction(x) for x in totals]}
    if sense != "lower":
        result["dual"] = {"class_weights": [number(weights[j]) for j in order]}
        radicands = {r for weight in weights for r, _ in weight.terms}
        if len(radicands) > MOST_TERMS:
            raise ValueError(f"certificate: class weights of {len(radicands)} radicands in all, limit {MOST_TERMS}")
    shared = lcm(*(x.denominator for x in masses), *(q.denominator for weight in weights for _, q in weight.terms))
    if shared.bit_length() > MOST_BITS:
        raise ValueError(f"certificate: a common denominator of {shared.bit_length()} bits, limit {MOST_BITS}")
    return sealed(result)


def separator(rows: Sequence[Sequence[int]]) -> list[int]:
    """Small integers s with distinct sums over the classes of s_j row_j, one for each row."""
    chosen: list[int] = []
    values = [0] * len(rows)
    for column in zip(*rows, strict=True):
        kinds = len(set(zip(values, column, strict=True)))
        a = next(
            a
            for a in count(0 if kinds == len(set(values)) else 1)
            if len({v + a * c for v, c in zip(values, column, strict=True)}) == kinds
        )
        chosen.append(a)
        values = [v + a * c for v, c in zip(values, column, strict=True)]
    return chosen


def _within_limits(group: FiniteGroup, k: int) -> None:
    n, degree, r = group.order, group.degree, len(group.rational_classes)
    work = n * degree * (1 + len(group.generators)) + 4 * n * r + r**3
    if k > MOST_K or degree > MOST_DEGREE or n * degree > MOST_POINTS or work > MOST_WORK:
        raise ValueError(
            f"certificate: k = {k}, order {n}, {degree} points, {r} rational classes take {work:.1e} steps to check;"
            f" the format takes k <= {MOST_K}, {MOST_DEGREE} points, order * points <= {MOST_POINTS:.0e},"
            f" {MOST_WORK:.0e} steps"
        )


def _classes(linear: GroupProgram) -> tuple[list[int], list[int]]:
    """The format's order of the program's class orbits, by smallest element; sizes, that of the identity first."""
    group = linear.group
    smallest, sizes = [], []
    for orbit in linear.class_orbits:
        classes = {c for i in orbit for c in (linear.classes[i], int(group.inverse_class[linear.classes[i]]))}
        smallest.append(min(int(group.class_representatives[c]) for c in classes))
        sizes.append(sum(int(group.class_sizes[c]) for c in classes))
    order = sorted(range(len(sizes)), key=smallest.__getitem__)
    return order, [1, *(sizes[j] for j in order)]


def _central(linear: GroupProgram) -> list[list[int]]:
    """sum over x in a rational class of chi(x)/chi(1), chi in an orbit, orbit by orbit, without the identity."""
    rows = []
    for orbit, sums in zip(linear.irrep_orbits, linear.orbit_sums, strict=True):
        dimension = len(orbit) * linear.irreps[orbit[0]].dimension
        totals = (sum(linear.sizes[i] for i in members) for members in linear.class_orbits)
        rows.append([s * size // dimension for s, size in zip(sums, totals, strict=True)])
    return rows
