"""Certificates for groups and sparse parity changed at random: both families agree, and what they verify is true."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from random import Random

import pytest

from margin.numbers.square_roots import Surd
from tests.proofs_check.building.checkers import NAMES, checker, short
from tests.proofs_check.building.composition.building import parity, true
from tests.proofs_check.building.composition.changed_files import Bodies, forged, mutants, valid
from tests.proofs_check.building.composition.oracle import is_true
from tests.proofs_check.building.editing import canonical, exact, number, put, sealed
from tests.proofs_check.building.mutants import random_json

CHUNKS, MUTANTS = 4, 4000


def bodies(kind: str) -> Bodies:
    """Certificates and forgeries of a kind, and the certificates once more, so that more of the mutants are true."""
    files = valid() + valid() + forged()
    return [(name, body) for name, body in files if body["task"]["kind"] == kind]


def examine(kind: str, seed: int, count: int) -> None:
    check, recheck = (checker(name) for name in NAMES)
    seen = Counter[str]()
    for name, data in mutants(seed, count, bodies(kind)):
        verdict, second = check(data), recheck(data)
        assert short(verdict) == short(second), (name, verdict, second, data)
        assert "gave up" not in second.detail
        seen[short(verdict)] += 1
        if second.status == "VERIFIED":
            assert is_true(json.loads(data)), (name, second)
    assert seen["VERIFIED"] > count / 200
    assert len(seen) > 7
    assert seen["MALFORMED"] < count * 3 / 4


@pytest.mark.parametrize("kind", ["group_composition", "sparse_parity"])
def test_mutants(kind: str) -> None:
    examine(kind, 0, 600)


@pytest.mark.exhaustive
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["group_composition", "sparse_parity"])
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_many_more_mutants(chunk: int, kind: str) -> None:
    examine(kind, 1000 + chunk, MUTANTS)


def test_any_json_gets_the_same_answer() -> None:
    check, recheck = (checker(name) for name in NAMES)
    random, sources = Random(9), valid() + forged()
    for _ in range(600):
        value, body = random_json(random), dict(random.choice(sources)[1])
        body.pop("sha256", None)
        place = random.choice(sorted(body))
        inside = body[place]
        changed = [put(body, place, value)]
        if isinstance(inside, dict):
            changed.append(put(body, (place, random.choice(sorted(inside))), value))
        for data in (canonical(value), *map(sealed, changed)):
            assert short(check(data)) == short(recheck(data)), data
            assert "gave up" not in recheck(data).detail, data


@pytest.mark.parametrize("name", NAMES)
def test_numbers_that_json_has_no_word_for(name: str) -> None:
    """NaN, Infinity and floats are malformed wherever they stand, with a right hash too."""
    check = checker(name)
    places = {"claim.value.numerator": true("S3", 2), "group.order": true("S3", 2), "primal.masses.0": true("S3", 2)}
    places |= {"claim.value": parity(5, 3), "primal.mass_each": parity(5, 3), "task.n": parity(5, 3)}
    for place, body in places.items():
        for bad in (float("nan"), float("inf"), 1.0, 1e300, None, True, "1"):
            for value in (bad, [bad], [bad, 1], [[1, bad, 1]]):
                assert check(sealed(put(body, place, value))).status == "MALFORMED", (place, value)


def test_the_pool_has_both_kinds() -> None:
    assert mutants(7, 50, valid()) == mutants(7, 50, valid())
    assert mutants(7, 50, valid()) != mutants(8, 50, valid())
    assert len(bodies("group_composition")) > 200
    assert len(bodies("sparse_parity")) > 50


HAIR = Fraction(1, 10**30)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("k", [*range(1, 9), 64])
def test_bounds_for_parity_by_a_hair(k: int, name: str) -> None:
    """Each side of gamma*, for odd and even k."""
    check = checker(name)
    expected = {"equal": ("CLAIM", "", "CLAIM"), "lower": ("", "", "CLAIM"), "upper": ("CLAIM", "", "")}
    for sense, rules in expected.items():
        body = parity(k + 2, k, sense)
        exact_value = exact(body["claim"]["value"])
        values = (exact_value * (1 - HAIR), exact_value, exact_value * (1 + HAIR))
        files = [sealed(put(body, "claim.value", number(value))) for value in values]
        assert tuple(check(data).rule for data in files) == rules
        assert [check(data).status for data in files] == ["REJECTED" if rule else "VERIFIED" for rule in rules]


@pytest.mark.parametrize("name", NAMES)
def test_lower_bounds_of_other_networks_for_parity(name: str) -> None:
    """k = 2, a = 2 sqrt(3)/5, b = sqrt(2)/10: 2 k! a^k b = (24/125) sqrt(2), and not a hair more. Also with -b."""
    weights = {"bit_weight": [[3, 2, 5]], "label_weight": [[2, 1, 10]]}
    for sign in (1, -1):
        body = parity(3, 2, "lower")
        body["primal"] |= weights | {"label_weight": [[2, sign, 10]]}
        for hair, status in ((0, "VERIFIED"), (-HAIR, "VERIFIED"), (HAIR, "REJECTED CLAIM")):
            value = Surd.sqrt(2) * (Fraction(24 * sign, 125) + hair)
            assert short(checker(name)(sealed(put(body, "claim.value", number(value))))) == status


@pytest.mark.parametrize("name", NAMES)
def test_limits_of_what_a_file_for_groups_states(name: str) -> None:
    """16 and 17 terms, radicands, and 8,192 and 8,193 bits of the common denominator of masses and class weights."""
    upper, lower, equal = (true("S3", 2, sense) for sense in ("upper", "lower", "equal"))
    radicands = [r for r in range(1, 60) if all(r % (d * d) for d in range(2, 8))]
    small = [[r, 1, 10**6] for r in radicands[:18]]
    value, weights, masses = "claim.value.numerator", "dual.class_weights", "primal.masses"
    long = put(equal, weights, [[[1, 1, 3**2600]], [[1, 1, 3]]])
    files = {
        "16 terms": (put(lower, value, small[:16]), "VERIFIED"),
        "17 terms": (put(lower, value, small[:17]), "MALFORMED"),
        "16 radicands": (put(upper, weights, [small[:9], small[9:16]]), "REJECTED CLAIM"),
        "17 radicands": (put(upper, weights, [small[:9], small[9:17]]), "MALFORMED"),
        "8192 bits": (put(lower, masses, [[1, 2**8191], [1, 1]]), "REJECTED CLAIM"),
        "8193 bits": (put(lower, masses, [[1, 2**8191], [1, 3]]), "MALFORMED"),
        "together fewer": (put(long, masses, [[1, 2**4000], [1, 1]]), "REJECTED CLAIM"),
        "together more": (put(long, masses, [[1, 2**4100], [1, 1]]), "MALFORMED"),
    }
    assert (2**4000 * 3**2600).bit_length() <= 8192 < (2**4100 * 3**2600).bit_length()
    found = {file: short(checker(name)(sealed(body))) for file, (body, _) in files.items()}
    assert found == {file: expected for file, (_, expected) in files.items()}
