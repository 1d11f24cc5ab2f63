"""Certificates of a shared embedding: both checkers, the corpus, an oracle, random changes, and the writer."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.tasks import SharedEmbedding
from margin.theory import certificate
from proofs_check.kernel import shared as rules
from proofs_check.second import shared as again
from tests.proofs_check.building.checkers import NAMES, checker, short
from tests.proofs_check.building.composition.changed_files import mutants
from tests.proofs_check.building.editing import Json, put, sealed
from tests.proofs_check.building.make_corpus import stored
from tests.proofs_check.building.shared import oracle
from tests.proofs_check.building.shared.files import (
    forgeries,
    malformed_files,
    moved,
    network,
    solved,
    squares,
    valid_files,
)
from tests.proofs_check.building.shared.limit_files import shared_limit_files

FORGED = [(rule, file, body) for rule, bodies in forgeries().items() for file, body in bodies.items()]


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("file", valid_files())
def test_valid_files(file: str, which: str) -> None:
    body = valid_files()[file]
    assert short(checker(which)(sealed(body))) == "VERIFIED"
    assert oracle.is_true(body)


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize(("rule", "file", "body"), FORGED, ids=[f"{rule}--{file}" for rule, file, _ in FORGED])
def test_forgeries(rule: str, file: str, body: Json, which: str) -> None:
    assert short(checker(which)(sealed(body))) == f"REJECTED {rule}"


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("file", malformed_files())
def test_malformed_files(file: str, which: str) -> None:
    assert short(checker(which)(malformed_files()[file])) == "MALFORMED"


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("file", shared_limit_files())
def test_files_at_the_limits_of_work(file: str, which: str) -> None:
    expected, data = shared_limit_files()[file]
    assert short(checker(which)(data)) == expected


def test_the_corpus_is_stored() -> None:
    counts = {"valid": len(valid_files()), "malformed": len(malformed_files()), "invalid": len(FORGED)}
    assert {folder: len(stored("shared", folder)) for folder in counts} == counts


@pytest.mark.parametrize("which", NAMES)
def test_the_line_says_what_is_proved(which: str) -> None:
    said = checker(which)(sealed(solved(7))).detail
    assert "7" in said
    assert "one embedding" in said
    assert said.count("gamma*") == 1


# -- what is computed, by an oracle ------------------------------------------------------------


@pytest.mark.parametrize(("n", "k"), [(2, 2), (3, 2), (4, 2), (6, 2), (2, 5), (3, 3), (4, 3)])
def test_classes_ramanujans_sums_and_kernels_are_those_of_the_oracle(n: int, k: int) -> None:
    ring = rules.Ring(n, k)
    assert ring.classes == [members[0] for members in oracle.classes(n, k)]
    assert ring.sums == [oracle.ramanujan(n, m) for m in range(n)]
    for pair in ring.classes:
        for z in range(1, n):
            others = tuple((z + i) ** 2 % n for i in range(k))
            assert ring.kernel(pair, z, others) == oracle.kernel(n, pair, z, others)


@pytest.mark.parametrize(("n", "k"), [(2, 2), (3, 2), (4, 2), (6, 2), (2, 5), (3, 3), (4, 3)])
def test_the_second_checker_finds_them_too(n: int, k: int) -> None:
    """Its kernels are sums over all orders of z_1..z_k, of every z and z_1..z_k that a product may have."""
    task = again.Task(n, k)
    assert task.classes == [members[0] for members in oracle.classes(n, k)]
    assert task.ramanujan == [oracle.ramanujan(n, m) for m in range(n)]
    for pair in task.classes:
        found = {(z, zs): value for z, zs, value in task.kernels(*pair)}
        wanted = [(z, zs) for z in range(1, n) for zs in product(range(n), repeat=k) if (k * z + sum(zs)) % n == 0]
        expected = Counter[tuple[int, tuple[int, ...]]]()
        for z, zs in wanted:
            expected[z, tuple(sorted(zs))] += oracle.kernel(n, pair, z, zs)
        assert found == expected


@st.composite
def networks(draw: st.DrawFn) -> Json:
    n, k = draw(st.sampled_from([(2, 2), (3, 2), (4, 2), (5, 2), (6, 2), (2, 3), (3, 3), (2, 4)]))
    vector = st.lists(st.integers(-4, 4), min_size=n, max_size=n)
    neurons = draw(st.lists(st.tuples(vector, vector, st.integers(1, 5)), min_size=1, max_size=3))
    return network(n, k, [(u, [w[0] + 1, *w[1:]], mass) for u, w, mass in neurons])


@settings(max_examples=40, deadline=None)
@given(networks())
def test_both_checkers_compute_the_gap_of_the_oracle(body: Json) -> None:
    if not sum(x["mass"] * x["norm"] for x in body["primal"]["neurons"]):
        return
    most = body["claim"]["value"]
    for which in NAMES:
        check = checker(which)
        assert short(check(sealed(body))) == "VERIFIED"
        assert short(check(sealed(put(body, "claim.value", moved(most, Fraction(1, 10**30)))))) == "REJECTED CLAIM"
        more = put(body, "primal.gap", moved(body["primal"]["gap"], Fraction(1, 7)))
        assert short(check(sealed(more))) == "REJECTED GAP"


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([(2, 2, 1), (3, 2, 1), (4, 2, 1), (5, 2, 0), (6, 2, 0), (3, 2, 2), (2, 3, 1), (3, 3, 0)]),
    st.integers(0, 10**6),
    st.integers(0, 200),
    st.integers(0, 3),
)
def test_both_checkers_compute_the_rest_of_the_oracle(
    form: tuple[int, int, int], seed: int, bound: int, zero: int
) -> None:
    body = squares(*form, seed, bound, zero)
    for which in NAMES:
        check = checker(which)
        assert short(check(sealed(body))) == "VERIFIED"
        assert short(check(sealed(put(body, "dual.rest", body["dual"]["rest"] + 1)))) == "REJECTED REST"
        less = put(body, "claim.value", moved(body["claim"]["value"], -Fraction(1, 2**79)))
        assert short(check(sealed(less))) == "REJECTED CLAIM"
    assert oracle.is_true(body)


def test_the_oracle_on_the_examples_of_the_format() -> None:
    assert [members[0] for members in oracle.classes(5, 2)] == [((0, 0), 1), ((0, 1), 1), ((0, 1), 2)]
    body = network(2, 2, [([1, -1], [1, -1], 1)])
    assert body["primal"] == {"neurons": [{"u": [1, -1], "w": [1, -1], "mass": 1, "norm": 8}], "gap": [0, 1]}


# -- random changes ----------------------------------------------------------------------------


def pool() -> list[tuple[str, Json]]:
    large = {"shared-neuron-n32", "shared-neuron-n5-k5", "shared-n7-k2", "shared-n6-k2", "shared-squares-n2-k5"}
    large |= {"shared-squares-n6", "shared-neuron-n6", "shared-squares-k3", "shared-neuron-k3"}
    files = [(name, body) for name, body in valid_files().items() if name not in large]
    return files + files + [(name, body) for _, name, body in FORGED]


def examine(seed: int, count: int) -> None:
    check, recheck = (checker(name) for name in NAMES)
    seen = Counter[str]()
    for name, data in mutants(seed, count, pool()):
        verdict, second = check(data), recheck(data)
        assert short(verdict) == short(second), (name, verdict, second, data)
        seen[short(verdict)] += 1
        if verdict.status == "VERIFIED":
            assert oracle.is_true(json.loads(data)), (name, verdict)
    assert seen["VERIFIED"] > count / 200
    assert len(seen) == 6
    assert seen["MALFORMED"] < count * 3 / 4


def test_mutants() -> None:
    examine(3, 400)


@pytest.mark.exhaustive
@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(4))
def test_many_more_mutants(chunk: int) -> None:
    examine(100 + chunk, 4000)


# -- from nothing ------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "k"), [(2, 2), (3, 2), (5, 2), (2, 3), (3, 3)])
def test_what_the_writer_writes_is_verified(n: int, k: int) -> None:
    data = certificate(SharedEmbedding(n, k))
    body = json.loads(data)
    assert body["dual"]["rest"] == oracle.rest(body)
    assert oracle.is_true(body)
    low, high = (Fraction(*end) for end in body["claim"]["value"])
    assert low < high < low * (1 + Fraction(1, 10**6))
    for which in NAMES:
        assert short(checker(which)(data)) == "VERIFIED"
