"""Certificates of widths in dihedral groups: both checkers, the corpus, an oracle, random changes, the writer."""

from __future__ import annotations

import json
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import margin.minimal_width.certificate as writer
from margin.minimal_width.certificate import dihedral_certificate, require_dihedral
from margin.minimal_width.shipped import shipped_dihedral, shipped_dihedral_bound
from margin.minimal_width.tuple_bounds import TupleBound, TuplePolynomials, evaluate_tuples, prove_tuples
from margin.minimal_width.tuple_conditions import vanishing as by_the_writer
from margin.minimal_width.tuple_program import solve_tuples
from proofs_check.kernel import dihedral as rules
from proofs_check.kernel import width as width_rules
from proofs_check.second import dihedral as again
from tests.proofs_check.building.checkers import NAMES, ROOT, checker, short
from tests.proofs_check.building.composition.changed_files import mutants
from tests.proofs_check.building.dihedral.files import (
    SHIPPED,
    block,
    forgeries,
    malformed_files,
    small,
    true,
    valid_files,
)
from tests.proofs_check.building.dihedral.oracle import completed, is_true, most_claimed, orbit_sums, vanishing
from tests.proofs_check.building.editing import Json, put, sealed
from tests.proofs_check.building.make_corpus import stored

PROVED = {(2, 0): 10, (2, 4): 8, (3, 0): 34, (3, 3): 17, (3, 4): 16, (3, 6): 29}
FORGED = [(rule, file, body) for rule, bodies in forgeries().items() for file, body in bodies.items()]
CASES = [(k, order) for k in (2, 3) for order in (0, 3, 4, 5, 6, 7, 8)] + [(4, 0), (4, 3), (4, 8)]


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize(("k", "order"), PROVED)
def test_what_is_shipped_is_verified(k: int, order: int, which: str) -> None:
    data = shipped_dihedral(k, order) or b""
    verdict = checker(which)(data)
    assert verdict.status == "VERIFIED"
    assert verdict.detail.startswith(f"at least {PROVED[k, order]} neurons of each")
    assert (f"order {order}" if order else "every even order above") in verdict.detail
    assert json.loads(data)["task"] == {"kind": "dihedral_width", "k": k, "order": order}
    assert shipped_dihedral_bound(k, order) == PROVED[k, order]


def test_what_is_not_shipped() -> None:
    assert shipped_dihedral(2, 3) is None
    assert shipped_dihedral_bound(7) is None
    assert set(SHIPPED) == set(PROVED)


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("file", valid_files())
def test_valid_files(file: str, which: str) -> None:
    body = valid_files()[file]
    assert short(checker(which)(sealed(body))) == "VERIFIED"
    assert is_true(body)


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize(("rule", "file", "body"), FORGED, ids=[f"{rule}--{file}" for rule, file, _ in FORGED])
def test_forgeries(rule: str, file: str, body: Json, which: str) -> None:
    assert short(checker(which)(sealed(body))) == f"REJECTED {rule}"


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("file", malformed_files())
def test_malformed_files(file: str, which: str) -> None:
    assert short(checker(which)(malformed_files()[file])) == "MALFORMED"


def test_the_corpus_is_stored() -> None:
    counts = {"valid": len(valid_files()), "malformed": len(malformed_files()), "invalid": len(FORGED)}
    assert {folder: len(stored("dihedral", folder)) for folder in counts} == counts


# -- what vanishes, and the sums, by an oracle -----------------------------------------------------


@pytest.mark.parametrize(("k", "order"), CASES)
def test_all_find_the_same_degrees(k: int, order: int) -> None:
    """Both families, the writer, and multiplying out."""
    expected = {max(degrees, degrees[::-1]) for degrees in vanishing(k, order)}
    assert rules.vanishing(k, order) == expected
    codes = {again.code(either) for degrees in expected for either in (degrees, degrees[::-1])}
    assert again.vanishing(k, order) == codes
    assert by_the_writer(k, 2, order) == expected


@pytest.mark.parametrize("k", [2, 3])
def test_large_orders_are_as_stated(k: int) -> None:
    for order in range(3, 2 * k + 6):
        large = order > (2 * k if order % 2 == 0 else k)
        assert (rules.vanishing(k, order) == rules.vanishing(k, 0)) == large
    assert rules.vanishing(k, 2**200) == rules.vanishing(k, 0)


@st.composite
def bodies(draw: st.DrawFn) -> Json:
    """Any polynomials for two or three inputs, at a small or a large order."""
    k = draw(st.integers(2, 3))
    blocks = []
    for _ in range(draw(st.integers(1, 3))):
        sines = draw(st.lists(st.integers(0, 1), min_size=k + 1, max_size=k + 1))
        vector = st.lists(st.integers(-3, 3), min_size=k + 1, max_size=k + 1)
        columns = draw(st.lists(vector, min_size=1, max_size=3))
        row = st.lists(st.integers(-4, 4), min_size=1, max_size=len(columns))
        blocks.append(block(sines, columns, draw(st.lists(row, min_size=1, max_size=3))))
    return small(k, blocks, 1, draw(st.sampled_from([0, 3, 4, 5, 6, 8])))


@settings(max_examples=50, deadline=None)
@given(bodies())
def test_both_checkers_compute_the_sums_of_the_oracle(body: Json) -> None:
    """The largest claim is verified and the next one is not; so all sums are those of the oracle."""
    most = most_claimed(body)
    for which in NAMES:
        check = checker(which)
        if body["sums"]["mean"] == 0:
            assert short(check(sealed(body))) == "REJECTED MEAN"
            continue
        assert short(check(sealed(put(body, "claim.value", most)))) == "VERIFIED"
        assert short(check(sealed(put(body, "claim.value", most + 1)))) == "REJECTED CLAIM"
        for rule, key in (("VALUE", "value"), ("MEAN", "mean"), ("EXCESS", "excess")):
            assert short(check(sealed(put(body, f"sums.{key}", body["sums"][key] + 1)))) == f"REJECTED {rule}"
    assert is_true(put(body, "claim.value", most))


def test_the_oracle_on_a_case_by_hand() -> None:
    """The example of DIHEDRAL.md: phi = 2 + cos a_1."""
    body = small(2, [block([0, 0, 0], [[0, 0, 0], [1, 0, 0]], [[2, 1]])], 1)
    assert orbit_sums(body) == {(0, 0, 0): 36, (0, 0, 1): 32, (0, 0, 2): 4}
    assert body["sums"] == {"value": 72, "mean": 36, "excess": 32}


# -- random changes ----------------------------------------------------------------------------


def pool() -> list[tuple[str, Json]]:
    large = {"dihedral-at-the-limit", "dihedral-columns-256", "dihedral-rows-256", "dihedral-k3-order3"}
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
            assert is_true(json.loads(data)), (name, verdict)
    assert seen["VERIFIED"] > count / 200
    assert len(seen) == 6
    assert seen["MALFORMED"] < count * 3 / 4


@pytest.mark.slow
def test_mutants() -> None:
    examine(3, 600)


@pytest.mark.exhaustive
@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(4))
def test_many_more_mutants(chunk: int) -> None:
    examine(100 + chunk, 4000)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_changed_polynomials_never_prove_too_much(seed: int) -> None:
    """Sums recomputed after a change of a coefficient, a column or the order: what both verify is true."""
    random, check, recheck = Random(seed), checker("check"), checker("recheck")
    for _ in range(40):
        k, order = random.choice([(2, 0), (2, 4)])
        body = true(k, order)
        part = random.choice(body["blocks"])
        row = random.choice(part["rows"])
        row[random.randrange(len(row))] += random.randint(-2, 2)
        column = random.choice(part["columns"])
        column[random.randrange(k + 1)] += random.choice([0, 0, 0, 2, -2])
        body["task"]["order"] = random.choice([order, order, 0, 3, 4, 6])
        body = completed(body)
        data = sealed(put(body, "claim.value", most_claimed(body)))
        expected = "VERIFIED" if body["sums"]["mean"] else "REJECTED MEAN"
        assert short(check(data)) == short(recheck(data)) == expected
        assert is_true(json.loads(data)), data


# -- limits and the writer -----------------------------------------------------------------------


def test_the_limits_are_those_of_the_format_everywhere() -> None:
    text = (ROOT / "proofs_check/formats/DIHEDRAL.md").read_text()
    assert f"at most {writer.MOST_DIHEDRAL_PRODUCTS:,}." in text
    assert f"2 <= k <= {writer.MOST_DIHEDRAL_K}" in text
    assert f"at most {rules.MOST_BLOCKS} blocks" in text
    assert f"1 to {writer.MOST_LISTED}\ncolumns" in text
    assert f"of size at most {writer.MOST_ENTRY}" in text
    kernel = (rules.MOST_K, width_rules.MOST_COLUMNS, width_rules.MOST_ENTRY, rules.MOST_PRODUCTS, rules.MOST_BLOCKS)
    second = (again.MAX_K, again.MAX_SIZE, again.MAX_ENTRY, again.MAX_PRODUCTS, again.MAX_BLOCKS)
    listed = (writer.MOST_DIHEDRAL_K, writer.MOST_LISTED, writer.MOST_ENTRY, writer.MOST_DIHEDRAL_PRODUCTS)
    assert kernel == second == (*listed, 32)


@pytest.mark.parametrize(("k", "order", "neurons"), [(2, 0, 10), (2, 4, 8), (3, 0, 33), (3, 6, 29)])
def test_what_the_writer_writes_is_verified(k: int, order: int, neurons: int) -> None:
    data = dihedral_certificate(prove_tuples(solve_tuples(k, 2, order)))
    body = json.loads(data)
    assert body["claim"]["value"] == neurons
    assert k == 3 or body["sums"] == completed(body)["sums"]
    for which in NAMES:
        assert short(checker(which)(data)) == "VERIFIED"


def bound(k: int = 2, dimension: int = 2, columns: int = 1, entry: int = 0, coefficient: int = 1) -> TupleBound:
    listed = ((0,) * (k + 1), *[(entry,) * (k + 1)] * (columns - 1))
    return evaluate_tuples(k, dimension, 0, (TuplePolynomials((0,) * (k + 1), listed, ((coefficient,),)),))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"dimension": 3}, "vectors of dimension 3; the format takes dimension 2"),
        ({"k": 5}, "k = 5; the format takes k from 2 to 4"),
        ({"columns": 2, "entry": 9}, "an exponent of 9; the format takes 8"),
        ({"coefficient": 2**64}, "a coefficient of 65 bits; the format takes 64 bits"),
    ],
)
def test_the_writer_refuses_what_is_beyond_the_format(wrong: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dihedral_certificate(bound(**wrong))
    assert dihedral_certificate(bound(columns=2, entry=8, coefficient=2**64 - 1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((5, 0, 1), "k = 5; the format takes k from 2 to 4"),
        ((2, 2**256, 2), "an order of 257 bits; the format takes orders below 2.256: choose a smaller order"),
        ((2, 3, 10**9), "an exponent of 1000000000; the format takes 8: choose a smaller --largest"),
        ((3, 0, 5), "a block of 324 polynomials; the format takes 256: choose a smaller --largest"),
    ],
)
def test_columns_beyond_the_format_are_refused_before(arguments: tuple[int, int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        require_dihedral(*arguments)


@pytest.mark.parametrize(("k", "order", "largest"), [(2, 0, 2), (2, 3, 2), (2, 5, 3), (3, 4, 2)])
def test_what_is_written_is_not_refused_before(
    k: int, order: int, largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And with the limit one below what it takes, before the program and after it."""
    proved = prove_tuples(solve_tuples(k, 2, 0 if order > 2 * k else order, largest))
    require_dihedral(k, order, largest)
    assert dihedral_certificate(proved)
    work = sum(len(part.columns) ** 2 << (k + 1) for part in proved.blocks)
    monkeypatch.setattr(writer, "MOST_DIHEDRAL_PRODUCTS", work - 1)
    for refused in (lambda: require_dihedral(k, order, largest), lambda: dihedral_certificate(proved)):
        with pytest.raises(ValueError, match=f"{work} products of columns; the format takes {work - 1}: "):
            refused()
