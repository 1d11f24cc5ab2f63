"""Certificates of widths: both checkers, the corpus, an oracle, random changes, and what the writer writes."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from itertools import permutations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import margin.minimal_width.certificate as writer
from margin.minimal_width.certificate import certificate, require_support
from margin.minimal_width.program import solve
from margin.minimal_width.rounding import prove
from margin.minimal_width.shipped import name as shipped_name
from margin.minimal_width.shipped import shipped
from proofs_check.kernel import width as rules
from proofs_check.kernel.form import Fields
from proofs_check.second import width as again
from tests.proofs_check.building.checkers import NAMES, ROOT, checker, short
from tests.proofs_check.building.composition.changed_files import mutants
from tests.proofs_check.building.editing import Json, put, sealed
from tests.proofs_check.building.make_corpus import stored
from tests.proofs_check.building.width.files import block, forgeries, malformed_files, small, true, valid_files
from tests.proofs_check.building.width.oracle import column as defined
from tests.proofs_check.building.width.oracle import completed, is_true, most_claimed, orbit_sums

PROVED = {2: 6, 3: 16, 4: 40, 5: 96, 6: 224}
BYTES = dict.fromkeys(PROVED, 3000) | {6: 200_000}
SMALL = {(2, 4): 4, (3, 3): 6, (3, 4): 7, (3, 6): 15, (4, 3): 6, (4, 4): 5, (4, 6): 36, (4, 8): 40}
SMALL |= {(5, 3): 6, (5, 4): 6, (5, 5): 92, (5, 6): 81, (5, 8): 96, (5, 10): 96}
FORGED = [(rule, file, body) for rule, bodies in forgeries().items() for file, body in bodies.items()]


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize(
    ("k", "neurons"), [*list(PROVED.items())[:-1], pytest.param(6, PROVED[6], marks=pytest.mark.slow)]
)
def test_the_minimal_widths_are_certified(k: int, neurons: int, which: str) -> None:
    verdict = checker(which)(shipped(k) or b"")
    assert verdict.status == "VERIFIED"
    assert verdict.detail.startswith(f"at least {neurons} neurons at each rotation frequency of every")
    assert len(shipped(k) or b"") < BYTES[k]


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("k", [2, 3, 4])
def test_one_neuron_more_is_not(k: int, which: str) -> None:
    assert short(checker(which)(sealed(put(true(k), "claim.value", PROVED[k] + 1)))) == "REJECTED CLAIM"


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize(("k", "order"), SMALL)
def test_small_orders_are_certified(k: int, order: int, which: str) -> None:
    verdict = checker(which)(shipped(k, order) or b"")
    assert verdict.status == "VERIFIED"
    assert f"at least {SMALL[k, order]} neurons at each rotation frequency of order {order}" in verdict.detail
    more = sealed(put(true(k, order), "claim.value", SMALL[k, order] + 1))
    assert short(checker(which)(more)) == "REJECTED CLAIM"


def test_what_is_shipped_is_named_by_what_it_says() -> None:
    assert shipped(2, 3) is shipped(7) is None
    for k, order in [*((k, 0) for k in PROVED), *SMALL]:
        assert json.loads(shipped(k, order) or b"")["task"] == {"kind": "width", "k": k, "order": order}
        assert shipped_name(k, order) == (f"k{k}-order{order}.json" if order else f"k{k}.json")


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


# -- the sums, by an oracle --------------------------------------------------------------------


@st.composite
def bodies(draw: st.DrawFn) -> Json:
    """Any polynomials for two to four inputs, at a small or a large order."""
    k = draw(st.integers(2, 4))
    pairs = sorted(draw(st.sets(st.integers(0, k // 2), min_size=1)))
    blocks = []
    for j in pairs:
        vector = st.lists(st.integers(-3, 3), min_size=k, max_size=k)
        columns = draw(st.lists(vector, min_size=1, max_size=3))
        row = st.lists(st.integers(-4, 4), min_size=1, max_size=len(columns))
        blocks.append(block(j, columns, draw(st.lists(row, min_size=1, max_size=3))))
    return small(k, blocks, 1, draw(st.sampled_from([0, 3, 4, 5, 6, 8])))


@settings(max_examples=60, deadline=None)
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
        assert short(check(sealed(put(body, "sums.value", body["sums"]["value"] + 1)))) == "REJECTED VALUE"
        assert short(check(sealed(put(body, "sums.mean", body["sums"]["mean"] + 1)))) == "REJECTED MEAN"
        p, q = body["sums"]["excess"]
        assert short(check(sealed(put(body, "sums.excess", [p + q, q])))) == "REJECTED EXCESS"


def test_the_oracle_on_a_case_by_hand() -> None:
    """k = 2, phi = 2 + 2 (e(1,1) + e(-1,-1)) / 2 ..: columns of (0,0) and (1,1) with coefficients 1 and 1."""
    body = small(2, [block(0, [[0, 0], [1, 1]], [[1, 1]])], 1)
    assert orbit_sums(body) == {(0, 0): 6, (-1, -1): 8, (-2, -2): 2}
    assert body["sums"] == {"value": 16, "mean": 6, "excess": [0, 1]}
    assert completed(put(body, "task.order", 0)) == body


Vector = tuple[int, ...]


def entries(number: int) -> Vector:
    """An exponent of the kernel's number of an orbit: how often each entry occurs, in base 8."""
    return tuple(x - 16 for x in range(33) for _ in range(number // 8**x % 8))


TRIPLES = again.triples()


@settings(deadline=None)
@given(st.lists(st.integers(-16, 16), min_size=6, max_size=6))
def test_orbits_have_numbers_of_their_own(h: list[int]) -> None:
    """In both families, and the sums over two halves of a difference give the same number."""
    for other in (sorted(h), [-x for x in h], [*h[1:], -h[0]], [*h[1:], h[0] % 16]):
        same = min(sorted(h), sorted(-x for x in h)) == min(sorted(other), sorted(-x for x in other))
        assert (rules.orbit(tuple(h)) == rules.orbit(tuple(other))) == same
        assert (again.label(tuple(h)) == again.label(tuple(other))) == same
    assert tuple(sorted(entries(rules.orbit(tuple(h))))) in {tuple(sorted(h)), tuple(sorted(-x for x in h))}
    kernel, second = Counter[int](), defaultdict[int, int](int)
    rules._collect({rules.code((rules.SHIFT,) * 6) + rules.code(tuple(h)): 1}, kernel, rules.Counts())
    again.labelled({again.code((again.FAR,) * 6) + again.code(tuple(h)): 1}, TRIPLES, second)
    assert (dict(kernel), dict(second)) == ({rules.orbit(tuple(h)): 1}, {again.label(tuple(h)): 1})


@pytest.mark.parametrize("k", [2, 3, 4, 5, 6])
def test_links_are_pairs_and_touch_nothing_that_vanishes(k: int) -> None:
    """What WIDTH.md, 3, says of all orders; and both families find the same orbits."""

    def label(number: int) -> int:
        return again.label(again.padded(entries(number)))

    for order in (0, *range(3, 2 * k + 2)):
        orbits = rules.Orbits(k, order)
        small_ones = [first for first, _ in orbits.linked.values()]
        assert len(set(small_ones)) == len(small_ones)
        assert not set(small_ones) & orbits.linked.keys()
        assert not (set(small_ones) | orbits.linked.keys()) & (orbits.vanishing | {orbits.mean})
        vanishing, linked = again.relations(k, order)
        assert {label(o) for o in orbits.vanishing} == vanishing
        assert entries(orbits.mean) == (0,) * k
        pairs = {(label(b), label(a)): part for b, (a, part) in orbits.linked.items()}
        for first, second, factor in linked:
            part = pairs.get((second, first), pairs.get((first, second)))
            assert part is not None
            assert (part.numerator, part.denominator) == (int(factor.p), int(factor.q))
        assert len(pairs) == len(linked)
        assert bool(linked) <= (0 < order <= 2 * k)


# -- random changes ----------------------------------------------------------------------------


def pool() -> list[tuple[str, Json]]:
    large = {
        "width-k5",
        "width-k4",
        "width-k4-order3",
        "width-k6-256-columns",
        "width-columns-256",
        "width-rows-256",
        "width-k6",
    }
    files = [(name, body) for name, body in valid_files().items() if name not in large]
    return files + files + [(name, body) for _, name, body in FORGED if "k4" not in name]


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
    for _ in range(60):
        k, order = random.choice([(2, 0), (3, 0), (2, 4), (3, 4), (3, 6)])
        body = true(k, order)
        part = random.choice(body["blocks"])
        row = random.choice(part["rows"])
        row[random.randrange(len(row))] += random.randint(-2, 2)
        column = random.choice(part["columns"])
        column[random.randrange(k)] += random.choice([0, 0, 0, 2, -2])
        body["task"]["order"] = random.choice([order, order, 0, 3, 4, 6])
        body = completed(body)
        claim = most_claimed(body)
        data = sealed(put(body, "claim.value", claim))
        expected = "VERIFIED" if body["sums"]["mean"] else "REJECTED MEAN"
        assert short(check(data)) == short(recheck(data)) == expected
        assert is_true(json.loads(data)), data


# -- limits ------------------------------------------------------------------------------------


def test_the_limits_are_those_of_the_format_everywhere() -> None:
    text = (ROOT / "proofs_check/formats/WIDTH.md").read_text()
    assert f"at most {writer.MOST_PRODUCTS:,}." in text
    assert f"1 to {writer.MOST_LISTED}\ncolumns" in text
    assert f"1 to {writer.MOST_LISTED} rows" in text
    assert f"of size at most {writer.MOST_ENTRY}" in text
    assert f"2 <= k <= {writer.MOST_K}" in text
    kernel = (rules.MOST_K, rules.MOST_COLUMNS, rules.MOST_ENTRY, rules.MOST_PRODUCTS)
    second = (again.MAX_K, again.MAX_SIZE, again.MAX_ENTRY, again.MAX_PRODUCTS)
    assert kernel == second == (writer.MOST_K, writer.MOST_LISTED, writer.MOST_ENTRY, writer.MOST_PRODUCTS)


vectors = st.integers(2, 6).flatmap(
    lambda k: st.tuples(
        st.integers(0, k // 2),
        st.lists(st.lists(st.integers(-3, 3), min_size=k, max_size=k).map(tuple), min_size=1, max_size=4),
    )
)


@settings(max_examples=40, deadline=None)
@given(vectors)
def test_all_three_count_the_same_products(case: tuple[int, list[Vector]]) -> None:
    """By permuting every column in every way."""
    j, columns = case
    k = len(columns[0])
    second = [2 * i + 1 for i in range(j)]
    first = [place for place in range(k) if place not in second]
    images = set[Vector]()
    for m in columns:
        image = Counter[Vector]()
        for a, b in product(permutations(first), permutations(second)):
            places = dict(zip([*first, *second], [*a, *b], strict=True))
            image.update({tuple(h[places[i]] for i in range(k)): c for h, c in defined(m, j).items()})
        images |= {h for h, c in image.items() if c}
    one = rules.Block(Fields(block(j, [list(m) for m in columns], [[1]]), "block", "columns", "pairs", "rows"), k)
    other = again.Block(columns, [[1]], j)
    expected = len(columns) * len(images)
    assert one.expand() == other.products == writer.products(tuple(columns), j) == expected


# -- from nothing ------------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "order", "neurons"), [(2, 0, 6), (3, 0, 16), (4, 0, 40), (2, 4, 4), (3, 6, 15)])
def test_what_the_writer_writes_is_verified(k: int, order: int, neurons: int) -> None:
    data = certificate(prove(k, order, solve(k, order)))
    body = json.loads(data)
    assert body["claim"]["value"] == neurons
    assert body["sums"] == completed(body)["sums"]
    for which in NAMES:
        assert short(checker(which)(data)) == "VERIFIED"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((7, 0), "k = 7; the format takes k from 2 to 6"),
        ((2, 2**256), "an order of 257 bits; the format takes orders below 2.256: choose a smaller order"),
        ((3, 0, 9), "an exponent of 9; the format takes 8: choose a smaller --support or --largest"),
        ((3, 0, 10**9), "an exponent of 1000000000; the format takes 8"),
        ((6, 0, 48, 8), "a block of more than 256 polynomials; the format takes 256"),
        ((5, 0, 9, 4), r"a block of \d+ polynomials; the format takes 256"),
    ],
)
def test_a_support_beyond_the_format_is_refused_before_the_program(arguments: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        require_support(*arguments)


@pytest.mark.parametrize(("k", "order", "size"), [(2, 0, None), (2, 0, 8), (3, 4, None), (3, 3, 7), (4, 3, None)])
def test_what_is_written_is_not_refused_before(
    k: int, order: int, size: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And with the limit one below what it takes, before the program and after it."""
    proved = prove(k, order, solve(k, order, size))
    require_support(k, order, size)
    assert certificate(proved)
    work = sum(writer.products(part.columns, part.j) for part in proved.blocks)
    monkeypatch.setattr(writer, "MOST_PRODUCTS", work - 1)
    for refused in (lambda: require_support(k, order, size), lambda: certificate(proved)):
        with pytest.raises(ValueError, match=f"{work} products of exponents; the format takes {work - 1}: "):
            refused()


def test_the_corpus_is_stored() -> None:
    for folder, count in (
        ("valid", len(valid_files())),
        ("malformed", len(malformed_files())),
        ("invalid", len(FORGED)),
    ):
        assert len(stored("width", folder)) == count
