"""Certificates for groups and sparse parity changed at random: both families agree, and what they verify is true."""

from __future__ import annotations

import json
from collections import Counter
from random import Random

import pytest

from tests.proofs_check.building.checkers import NAMES, checker, short
from tests.proofs_check.building.composition.building import parity, true
from tests.proofs_check.building.composition.changed_files import Bodies, forged, mutants, valid
from tests.proofs_check.building.composition.oracle import is_true
from tests.proofs_check.building.editing import canonical, put, sealed
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
