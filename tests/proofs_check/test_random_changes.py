"""Certificates changed at random: what is still verified is true, and the two checkers agree."""

from __future__ import annotations

import json
import time
from collections import Counter
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.proofs_check.building.addition.oracle import is_true, proves_it
from tests.proofs_check.building.addition.valid_files import valid_files
from tests.proofs_check.building.checkers import NAMES, checker, short
from tests.proofs_check.building.editing import Json, canonical, sealed
from tests.proofs_check.building.mutants import byte_mutant, mutant, random_json

CHUNKS, MUTANTS = 8, 1600  # together more than 10,000
STATUSES = {"VERIFIED", "REJECTED", "MALFORMED"}


def sources() -> list[tuple[str, bytes, Json]]:
    """Valid files, without those that are slow because of a large radicand."""
    files = sorted(valid_files().items())
    return [(name, data, json.loads(data)) for name, data in files if "radicand" not in name]


def mutants(seed: int, count: int) -> list[tuple[str, bytes]]:
    """Different from what they are made of; one in eight changed in its bytes."""
    random, pool = Random(seed), sources()
    made: list[tuple[str, bytes]] = []
    while len(made) < count:
        name, data, body = random.choice(pool)
        try:
            changed = byte_mutant(random, data) if len(made) % 8 == 0 else mutant(random, body, random.choice(pool)[2])
        except ValueError:  # an integer beyond what Python writes in decimal
            continue
        if changed != data:
            made.append((name, changed))
    return made


def examine(seed: int, count: int) -> None:
    check, recheck = (checker(name) for name in NAMES)
    seen = Counter[str]()
    for name, data in mutants(seed, count):
        verdict, second = check(data), recheck(data)
        assert verdict.status == second.status, (name, verdict, second, data)
        seen[short(verdict)] += 1
        if verdict.status == "VERIFIED":
            body = json.loads(data)
            assert is_true(body), (name, verdict)
            assert proves_it(body), (name, verdict)
    assert seen["VERIFIED"] > count / 100  # some changes weaken a claim, or exchange one proof for another
    assert len(seen) > 12  # and many rules are reached
    assert seen["MALFORMED"] < count * 3 / 4


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_mutants(chunk: int) -> None:
    examine(chunk, MUTANTS)


@pytest.mark.exhaustive
@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_many_more_mutants(chunk: int) -> None:
    examine(1000 + chunk, 10 * MUTANTS)


def test_same_mutants_every_time() -> None:
    assert mutants(7, 100) == mutants(7, 100)
    assert mutants(7, 100) != mutants(8, 100)


def answers(data: bytes) -> None:
    """Both checkers answer the same, without raising, at once."""
    statuses = set()
    for name in NAMES:
        check_bytes = checker(name)
        start = time.perf_counter()
        statuses.add(check_bytes(data).status)
        assert time.perf_counter() - start < 5
    assert len(statuses) == 1
    assert statuses < STATUSES


@settings(max_examples=400)
@given(st.binary(max_size=300))
@example(b"")
@example(b"\xff" * 9)
def test_any_bytes_get_an_answer(data: bytes) -> None:
    answers(data)


@settings(max_examples=300)
@given(st.text(alphabet='{}[],:"\\ue0123456789-+.eE \n\tnulltruefalseNaNsha256', max_size=120))
def test_any_text_gets_an_answer(text: str) -> None:
    answers(text.encode())


def test_any_json_gets_an_answer() -> None:
    random, pool = Random(5), sources()
    for _ in range(1500):
        value = random_json(random)
        answers(canonical(value))
        if isinstance(value, dict):
            answers(sealed(value))
        body = dict(random.choice(pool)[2])
        body[random.choice(sorted(body))] = value
        answers(sealed(body))
