"""Certificates as objects: true ones, and ones whose derived parts are recomputed from what they state."""

from __future__ import annotations

import json
from copy import deepcopy
from fractions import Fraction
from functools import cache
from itertools import count

from margin.answers.sealing import fraction, number
from margin.composition.certificate import certificate
from margin.composition.program import GroupProgram, neuron_scale
from margin.finite_groups.names import group
from margin.numbers.simplex import Tableau
from margin.numbers.square_roots import Surd
from margin.parity.certificate import parity_certificate
from margin.parity.maximum import maximum_margin as parity_prediction
from margin.tasks import SparseParity
from tests.proofs_check.building.editing import Json, exact

# C7 extended by an element of order 3: characters of degree 3 and complex type
F21 = "perm:(1,2,3,4,5,6,7);(2,3,5)(4,7,6)"


@cache
def _true(name: str, k: int, sense: str) -> bytes:
    return certificate(GroupProgram(group(name)).solve(k), sense)


def true(name: str, k: int, sense: str = "equal") -> Json:
    """The certificate that margin writes, as an object without its hash."""
    body: Json = json.loads(_true(name, k, sense))
    del body["sha256"]
    return body


def parity(n: int, k: int, sense: str = "equal") -> Json:
    body: Json = json.loads(parity_certificate(parity_prediction(SparseParity(n, k)), sense))
    del body["sha256"]
    return body


def scaled(body: Json, x: Fraction | int = 1, y: Fraction | int = 1, value: Fraction | int = 1) -> Json:
    """All masses, all class weights, and the claimed value times these factors."""
    result = deepcopy(body)
    if "primal" in result:
        result["primal"]["masses"] = [fraction(Fraction(*m) * x) for m in result["primal"]["masses"]]
    if "dual" in result:
        result["dual"]["class_weights"] = [number(exact(w) * y) for w in result["dual"]["class_weights"]]
    claimed = result["claim"]["value"]
    claimed["numerator"] = number(exact(claimed["numerator"]) * value)
    return result


def completed(body: Json) -> Json:
    """The same with a separator, weights, scale, optimal masses and class weights, and value that fit its table."""
    result = deepcopy(body)
    stated, k = result["group"], result["task"]["k"]
    sizes, orbits = stated["class_sizes"], stated["orbits"]
    stated["separator"] = _separator([orbit["central"] for orbit in orbits])
    matrix, bounds = [], []
    for orbit in orbits:
        dimension = orbit["degree"] * (1 if orbit["type"] == "real" else 2)
        weight = Surd.half_power(abs(dimension), k - 1)
        orbit["weight"] = number(weight)
        matrix.append([1 - Fraction(a, s) for a, s in zip(orbit["central"][1:], sizes[1:], strict=True)])
        bounds.append(weight)
    tableau = Tableau(matrix[1:], bounds[1:], [Fraction(1)] * (len(sizes) - 1))
    try:
        tableau.maximise()
    except ArithmeticError:  # no optimum
        return result
    result["scale"] = number(neuron_scale(stated["order"], k))
    weights = [Surd(y) for y in tableau.primal()]
    result["claim"]["value"] = {"numerator": result["scale"], "denominator": number(sum(weights, Surd()))}
    if "primal" in result:
        result["primal"]["masses"] = [fraction(Fraction(x)) for x in tableau.dual()]
    if "dual" in result:
        result["dual"]["class_weights"] = [number(y) for y in weights]
    return result


def _separator(rows: list[list[int]]) -> list[int]:
    """Powers of some number, as soon as they separate the rows; if none up to 40 does, those of 40."""
    for base in count(1):
        chosen = [base**i % 2**32 for i in range(len(rows[0]))]
        if base == 40 or len({sum(s * a for s, a in zip(chosen, row, strict=True)) for row in rows}) == len(rows):
            return chosen
    raise AssertionError


def with_orbit(body: Json, i: int, **changes: object) -> Json:
    """One orbit changed, the rest completed."""
    result = deepcopy(body)
    result["group"]["orbits"][i] |= changes
    return completed(result)


def with_rows(body: Json, rows: list[list[int]]) -> Json:
    """Other central characters, one row for each orbit, the rest completed."""
    result = deepcopy(body)
    for orbit, row in zip(result["group"]["orbits"], rows, strict=True):
        orbit["central"] = row
    return completed(result)


def rows_of(body: Json) -> list[list[int]]:
    return [orbit["central"] for orbit in body["group"]["orbits"]]


def rearranged(body: Json, order: list[int]) -> Json:
    """The rational classes in another order."""
    result = deepcopy(body)
    stated = result["group"]
    for key in ("class_sizes", "separator"):
        stated[key] = [stated[key][j] for j in order]
    for orbit in stated["orbits"]:
        orbit["central"] = [orbit["central"][j] for j in order]
    if "dual" in result:
        weights = [[], *result["dual"]["class_weights"]]
        result["dual"]["class_weights"] = [weights[j] for j in order[1:]]
    return result
