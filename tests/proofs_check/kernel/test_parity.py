"""Certificates for sparse parity, and random changes of certificates for groups and parity."""

from __future__ import annotations

import json
import time
from collections import Counter
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from margin.answers.sealing import MOST_K
from margin.parity.certificate import parity_certificate
from margin.parity.construction import construct
from margin.parity.maximum import maximum_margin as parity_prediction
from margin.tasks import SparseParity
from proofs_check import check_groups, check_parity
from proofs_check.kernel import composition
from proofs_check.kernel import parity as rules
from proofs_check.kernel.form import Verdict
from proofs_check.kernel.verdicts import check_bytes
from tests.helpers.assertions import assert_malformed, assert_rejected, assert_verified
from tests.proofs_check.building.composition.building import parity
from tests.proofs_check.building.composition.changed_files import mutants, valid
from tests.proofs_check.building.composition.oracle import is_true
from tests.proofs_check.building.editing import canonical, put, sealed
from tests.proofs_check.building.mutants import random_json


@given(st.integers(1, 64), st.integers(0, 2**200), st.sampled_from(["equal", "lower", "upper"]))
@example(64, 2**256 - 65, "equal")
@example(1, 0, "lower")
def test_what_the_writer_writes_is_verified_and_true(k: int, others: int, sense: str) -> None:
    data = parity_certificate(parity_prediction(SparseParity(k + others, k)), sense)
    found = assert_verified(data, f"for parity of {k} of {k + others} bits", check_bytes=check_parity.check_bytes)
    relation = {"equal": "=", "lower": ">=", "upper": "<="}[sense]
    assert found.detail.startswith(f"gamma* {relation} ")
    assert is_true(json.loads(data))


@pytest.mark.parametrize("k", range(1, 7))
def test_the_margin_of_the_network_by_brute_force(k: int) -> None:
    prediction = parity_prediction(SparseParity(k + 1, k))
    assert construct(prediction.task).numeric().normalised_margin() == pytest.approx(float(prediction.exact), rel=1e-12)


def test_what_the_writer_refuses() -> None:
    small = parity_prediction(SparseParity(3, 2))
    with pytest.raises(ValueError, match="sense 'between', expected equal, lower or upper"):
        parity_certificate(small, "between")
    with pytest.raises(ValueError, match="parity of 65 of 65 bits; the format takes k <= 64"):
        parity_certificate(parity_prediction(SparseParity(65, 65)))
    with pytest.raises(ValueError, match="the format takes k <= 64, n < 2\\^256"):
        parity_certificate(parity_prediction(SparseParity(2**256, 2)))
    assert rules.MOST_K == composition.MOST_K == MOST_K


def test_each_side_is_compared() -> None:
    """A value between the two bounds of different networks is neither proved nor excluded by the other side."""
    base = parity(3, 1)
    worse = base["primal"] | {"bit_weight": [[1, 1, 3]], "label_weight": [[1, 2, 3]]}
    for value, side in (([[2, 1, 2]], "at most 4/9"), ([[1, 4, 9]], "at least 1/2*sqrt(2)")):
        forged = sealed(put(base | {"primal": worse}, "claim.value", value))
        assert_rejected(forged, "CLAIM", side, check_bytes=check_parity.check_bytes)


# -- random changes ---------------------------------------------------------------------------

CHUNKS, MUTANTS = 4, 900


def verdict(data: bytes) -> Verdict:
    return check_bytes(data)


def examine(seed: int, count: int) -> None:
    seen = Counter[str]()
    for name, data in mutants(seed, count, valid()):
        found = verdict(data)
        seen[f"{found.status} {found.rule}"] += 1
        if found.status == "VERIFIED":
            assert is_true(json.loads(data)), (name, found)
    assert seen["VERIFIED "] > count / 100
    assert len(seen) > 9
    assert seen["MALFORMED "] < count * 3 / 4


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_mutants(chunk: int) -> None:
    examine(chunk, MUTANTS)


@pytest.mark.exhaustive
@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_many_more_mutants(chunk: int) -> None:
    examine(1000 + chunk, 20 * MUTANTS)


@given(st.binary(max_size=300))
@example(b"")
@example(b'"kind":"group_composition"')
@example(b'{"kind":"sparse_parity"}\n')
def test_any_bytes_get_an_answer(data: bytes) -> None:
    for module in (check_groups, check_parity):
        start = time.perf_counter()
        assert_malformed(data, check_bytes=module.check_bytes)
        assert time.perf_counter() - start < 5


def test_any_json_gets_an_answer() -> None:
    random = Random(5)
    for _ in range(1200):
        value = random_json(random)
        body = dict(random.choice(valid())[1])
        body[random.choice(sorted(body))] = value
        for data in (canonical(value), sealed(body)):
            for module in (check_groups, check_parity):
                assert module.check_bytes(data).status in {"REJECTED", "MALFORMED", "VERIFIED"}
